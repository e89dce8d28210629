#![no_main]

#[path = "../inputs/patch.rs"]
mod patch;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| patch::hold(bytes));

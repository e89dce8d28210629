#![no_main]

#[path = "../inputs/scenario.rs"]
mod scenario;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| scenario::hold(bytes));

#![no_main]

#[path = "../inputs/snapshot.rs"]
mod snapshot;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| snapshot::hold(bytes));

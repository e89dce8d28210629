#![no_main]

#[path = "../inputs/filter.rs"]
mod filter;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| filter::hold(bytes));

#![no_main]

#[path = "../inputs/answers.rs"]
mod answers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| answers::hold(bytes));

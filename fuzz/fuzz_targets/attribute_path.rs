#![no_main]

#[path = "../inputs/attribute_path.rs"]
mod attribute_path;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| attribute_path::hold(bytes));

//! The data files inside the binary: `scenarios/` and `snapshots/`, as text, by path.

include!(concat!(env!("OUT_DIR"), "/data.rs"));

//! The data files inside the binary: `scenarios/` and `snapshots/`, by path.

include!(concat!(env!("OUT_DIR"), "/data.rs"));

//! How fast the reference server answers, and whether it stays so in a large directory; PyPI `scim2-server` beside it.
//!
//! `cargo bench --bench server` prints the tables of docs/performance.md. All traffic stays on 127.0.0.1; each measurement ends
//! by itself after [`load::SPAN`].
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

mod load;
#[path = "../../tests/support/peers.rs"]
mod peers;
mod target;

use load::Figures;
use target::Target;

/// People in the small and in the large directory.
const SIZES: [usize; 2] = [100, 100_000];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Read,
    Lookup,
    Create,
    PatchActive,
}

impl Operation {
    const ALL: [Operation; 4] = [Operation::Read, Operation::Lookup, Operation::Create, Operation::PatchActive];

    fn name(self) -> &'static str {
        match self {
            Operation::Read => "GET by id",
            Operation::Lookup => "filter by userName",
            Operation::Create => "POST",
            Operation::PatchActive => "PATCH active",
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut rows: Vec<(Operation, Vec<Option<Figures>>)> =
        Operation::ALL.map(|operation| (operation, Vec::new())).into();
    let mut memory = Vec::new();
    for size in SIZES {
        let target = Target::ours(size);
        measure(&target, &mut rows).await;
        memory.push((size, target.memory().unwrap_or_default()));
    }
    match peers::start(peers::Peer::Scim2Server) {
        Some(peer) => {
            let target = Target::peer(peer, SIZES[0]).await;
            measure(&target, &mut rows).await;
        }
        None => rows.iter_mut().for_each(|(_, figures)| figures.push(None)),
    }
    print(&rows, &memory);
}

async fn measure(target: &Target, rows: &mut [(Operation, Vec<Option<Figures>>)]) {
    let people = target.people().await;
    for (operation, figures) in rows {
        figures.push(Some(load::run(target, *operation, &people).await));
    }
}

fn print(rows: &[(Operation, Vec<Option<Figures>>)], memory: &[(usize, u64)]) {
    println!("\nrequests per second, and the 99th percentile of the answer time\n");
    println!(
        "| | scim-check, {} people | scim-check, {} people | scim2-server, {} people |",
        SIZES[0], SIZES[1], SIZES[0]
    );
    println!("|---|---|---|---|");
    for (operation, figures) in rows {
        let cells: Vec<String> =
            figures.iter().map(|cell| cell.as_ref().map_or("-".to_owned(), Figures::cell)).collect();
        println!("| {} | {} |", operation.name(), cells.join(" | "));
    }
    println!("\n| | 100 to 100,000 people: slower by | scim-check to scim2-server |");
    println!("|---|---|---|");
    for (operation, figures) in rows {
        let rate = |at: usize| figures.get(at).and_then(Option::as_ref).map(Figures::rate);
        let ratio = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) if b > 0.0 => format!("{:.2}x", a / b),
            _ => "-".to_owned(),
        };
        println!("| {} | {} | {} |", operation.name(), ratio(rate(0), rate(1)), ratio(rate(0), rate(2)));
    }
    if let [(few, small), (many, large)] = memory {
        let each = large.saturating_sub(*small) as f64 / (many - few) as f64;
        println!("\nmemory: {:.0} bytes a person (a tenth as many groups included)", each);
    }
}

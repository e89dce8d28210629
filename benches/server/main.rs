//! How fast the reference server answers, and whether it stays so in a large directory; PyPI `scim2-server` beside it.
//!
//! `cargo bench --bench server` prints the tables of docs/performance.md. All traffic stays on 127.0.0.1; each measurement ends
//! by itself after [`load::span`], and leaves the directory as it was. `-- --quick` tries everything once, with little.
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

/// How often each operation is measured on each server, in turn; the middle counts.
fn rounds() -> usize {
    if quick() { 1 } else { 5 }
}

/// True where everything is only tried: once, and with little (`cargo bench --bench server -- --quick`).
pub fn quick() -> bool {
    std::env::args().any(|argument| argument == "--quick")
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match &args[..] {
        [_, command, body] if command == "answer" => target::answer_always(body.clone()),
        _ => measure(),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn measure() {
    let sizes = if quick() { [SIZES[0], 1_000] } else { SIZES };
    let mut targets: Vec<Target> = sizes.map(Target::ours).into();
    if let Some(peer) = peers::start(peers::Peer::Scim2Server) {
        targets.push(Target::peer(peer, SIZES[0]).await);
    }
    let memory: Vec<u64> = targets.iter().filter_map(Target::memory).collect();
    let mut people = Vec::new();
    for target in &targets {
        people.push(target.people().await);
    }
    let mut rows = Vec::new();
    for operation in Operation::ALL {
        let mut measured = vec![Vec::new(); targets.len()];
        // The first round warms up.
        for number in 0..=rounds() {
            for (at, target) in targets.iter().enumerate() {
                let figures = load::round(target, operation, &people[at], number).await;
                if number > 0 {
                    measured[at].push(figures);
                }
            }
        }
        rows.push((operation, measured.iter().filter_map(|rounds| Figures::median(rounds)).collect()));
    }
    print(sizes, &rows, &memory);
    beside_a_fixed_answer(&targets[0], &people[0]).await;
}

/// GET by id, in turn with a server that has the answer ready and looks at nothing.
async fn beside_a_fixed_answer(ours: &Target, people: &[(String, String)]) {
    let request = ours.request("GET", &format!("/Users/{}", people[0].0), "");
    let (_, body) = load::Connection::default().exchange(ours, &request).await;
    let fixed = Target::fixed(&String::from_utf8(body).unwrap());
    let mut measured = [Vec::new(), Vec::new()];
    for number in 0..=rounds() {
        for (target, measured) in [&fixed, ours].into_iter().zip(&mut measured) {
            let figures = load::round(target, Operation::Read, people, number).await;
            if number > 0 {
                measured.push(figures);
            }
        }
    }
    let [fixed, ours] = measured.map(|rounds| Figures::median(&rounds).unwrap());
    println!(
        "\nGET by id beside a handler of axum that always gives the same answer: {} and {}, {:.2}x",
        ours.cell(),
        fixed.cell(),
        fixed.rate / ours.rate
    );
}

fn print(sizes: [usize; 2], rows: &[(Operation, Vec<Figures>)], memory: &[u64]) {
    println!("\nrequests per second, and the 99th percentile of the answer time\n");
    let [small, large] = sizes;
    println!("| | scim-check, {small} people | scim-check, {large} people | scim2-server, {small} people |");
    println!("|---|---|---|---|");
    for (operation, figures) in rows {
        let cells: Vec<String> = figures.iter().map(Figures::cell).collect();
        println!("| {} | {} |", operation.name(), cells.join(" | "));
    }
    println!("\n| | {small} to {large} people: slower by | scim-check to scim2-server |");
    println!("|---|---|---|");
    for (operation, figures) in rows {
        let rate = |at: usize| figures.get(at).map(|figures| figures.rate);
        let ratio = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => format!("{:.2}x", a / b),
            _ => "-".to_owned(),
        };
        println!("| {} | {} | {} |", operation.name(), ratio(rate(0), rate(1)), ratio(rate(0), rate(2)));
    }
    if let [small, large] = memory {
        let each = large.saturating_sub(*small) / (sizes[1] - sizes[0]) as u64;
        println!("\nmemory: {each} bytes a person, a tenth as many groups included");
    }
}

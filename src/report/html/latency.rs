//! How long the target took, by kind of request.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use super::words::precise;
use crate::{
    http::{Exchange, Kind},
    run::RunRecord,
};

/// Units that the longest bar has.
const WIDTH: f64 = 1000.0;
/// Endpoints that are no resources of people or groups, and may be named: their paths hold no ids.
const NAMED: [&str; 9] =
    ["ServiceProviderConfig", "Schemas", "ResourceTypes", "Bulk", "Me", "Roles", "Entitlements", ".search", ""];

/// One row: a kind of request.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    kind: String,
    count: usize,
    median: String,
    p95: String,
    longest: String,
    /// Lengths of the bars, in units of which the chart has a thousand.
    median_width: String,
    p95_width: String,
}

/// The kinds of requests that were answered, slowest first.
pub(super) fn rows(record: &RunRecord) -> Vec<Row> {
    let mut kinds: BTreeMap<String, Vec<Duration>> = BTreeMap::new();
    let answered = record.scenarios.iter().flat_map(|one| &one.exchanges).filter(|one| one.answer.is_ok());
    for exchange in answered {
        kinds.entry(kind(exchange)).or_default().push(exchange.took);
    }
    let mut kinds: Vec<(String, Vec<Duration>)> = kinds.into_iter().collect();
    kinds.iter_mut().for_each(|(_, times)| times.sort_unstable());
    kinds.sort_by_key(|(_, times)| std::cmp::Reverse(share(times, 95)));
    let scale =
        kinds.first().map_or(Duration::ZERO, |(_, times)| share(times, 95)).as_secs_f64().max(f64::MIN_POSITIVE);
    let width = |took: Duration| format!("{:.1}", took.as_secs_f64() / scale * WIDTH);
    kinds
        .into_iter()
        .map(|(kind, times)| Row {
            kind,
            count: times.len(),
            median: precise(share(&times, 50)),
            p95: precise(share(&times, 95)),
            longest: precise(times.last().copied().unwrap_or_default()),
            median_width: width(share(&times, 50)),
            p95_width: width(share(&times, 95)),
        })
        .collect()
}

/// The time that so many of a hundred did not exceed (nearest rank), of times in ascending order.
fn share(times: &[Duration], percent: usize) -> Duration {
    let rank = (times.len() * percent).div_ceil(100).max(1);
    times.get(rank - 1).copied().unwrap_or_default()
}

fn kind(exchange: &Exchange) -> String {
    if let Some(resource) = exchange.kind.resource().filter(|_| exchange.kind != Kind::Other) {
        return format!("{} {}", resource.name(), exchange.kind.word());
    }
    let first = exchange.request.path.trim_start_matches('/').split(['/', '?']).next().unwrap_or("");
    match NAMED.iter().find(|name| **name == first) {
        Some(name) => format!("{} /{name}", exchange.request.method),
        None => "other requests".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_of_times_that_were_measured() {
        let times: Vec<Duration> = (1..=20).map(Duration::from_millis).collect();
        assert_eq!(share(&times, 50), Duration::from_millis(10));
        assert_eq!(share(&times, 95), Duration::from_millis(19));
        assert_eq!(share(&times[..1], 95), Duration::from_millis(1));
        assert_eq!(share(&[], 50), Duration::ZERO);
    }
}

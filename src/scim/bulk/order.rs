//! In which order to carry operations out.

/// One step of a bulk request. The numbers are places in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Carry out an operation.
    Perform(usize),
    /// All that a creation refers to is there now, which was not so when it was performed: put the rest in.
    Complete(usize),
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Waiting,
    /// Others on which it depends come first.
    Open,
    Performed,
}

/// The steps for operations of which each depends on others.
///
/// The order is the client's, except that a creation comes before the first operation that refers to it. To put that
/// operation off instead could take it past others that count on it. Where operations depend on each other in a circle
/// one of them is performed with gaps, and completed as soon as all the others are performed (RFC 7644 section 3.7.1).
pub fn plan(depends: &[&[usize]]) -> Vec<Step> {
    let mut states = vec![State::Waiting; depends.len()];
    let mut steps = Vec::new();
    let mut gaps: Vec<usize> = Vec::new();
    for root in 0..depends.len() {
        let mut open = Vec::new();
        if states[root] == State::Waiting {
            states[root] = State::Open;
            open.push((root, depends[root].iter()));
        }
        while let Some((at, rest)) = open.last_mut() {
            let at = *at;
            if let Some(&next) = rest.next() {
                match states[next] {
                    State::Waiting => {
                        states[next] = State::Open;
                        open.push((next, depends[next].iter()));
                    }
                    State::Open if !gaps.contains(&at) => gaps.push(at),
                    State::Open | State::Performed => {}
                }
                continue;
            }
            open.pop();
            states[at] = State::Performed;
            steps.push(Step::Perform(at));
            let is_full = |gap: &usize| {
                let all = depends[*gap].iter().chain([gap]);
                all.into_iter().all(|needed| states[*needed] == State::Performed)
            };
            steps.extend(gaps.iter().filter(|gap| is_full(gap)).map(|gap| Step::Complete(*gap)));
            gaps.retain(|gap| !is_full(gap));
        }
    }
    steps
}

//! Near misses: what somebody may have meant.

/// The known word nearest to an unknown one, if it is near enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let likeness = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        // One slip in a short word is far by proportion.
        let slip = candidate.len() > 2 && strsim::osa_distance(&word, &candidate) <= 1;
        strsim::jaro_winkler(&word, &candidate).max(if slip { 0.81 } else { 0.0 })
    };
    known
        .into_iter()
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", or the list of what there is when nothing is near.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    }
}

/// The near miss among what a message says that it expected ("expected must, should or may"), for what was given or
/// for the part of it that the message quotes.
pub fn meant<'a>(given: &str, message: &'a str) -> Option<&'a str> {
    let list = message.rsplit_once("expected ").or_else(|| message.rsplit_once("possible values: "))?.1;
    let known = || list.trim_end_matches(']').split(", ").flat_map(|words| words.split(" or "));
    let quoted = message.split('`').nth(1);
    nearest(given, known()).or_else(|| nearest(quoted?, known()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_was_meant() {
        assert_eq!(meant("mst", "expected must, should or may"), Some("must"));
        assert_eq!(meant("zhs", "invalid value 'zhs' [possible values: bash, zsh]"), Some("zsh"));
        assert_eq!(meant("x+user=put", "`user` is no setting: expected users or groups"), Some("users"));
        assert_eq!(meant("entra", "expected okta-aiw or okta-catalogue"), None);
        assert_eq!(meant("x", "nothing is said"), None);
    }
}

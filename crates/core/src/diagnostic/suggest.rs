//! Finds the name that was probably meant.

/// Returns the candidate nearest to `found`, if it is near enough to be meant.
///
/// Near is a Jaro-Winkler similarity above 0.8, without regard to case. Ties go to the earlier candidate.
pub fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let found = found.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let score = strsim::jaro_winkler(&found, &candidate.to_lowercase());
        if score > 0.8 && best.is_none_or(|(top, _)| score > top) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_one_letter_is_recognized_and_a_stranger_is_not() {
        let known = ["columns", "checks", "indexes"];
        assert_eq!(nearest("colums", known), Some("columns"));
        assert_eq!(nearest("Check", known), Some("checks"));
        assert_eq!(nearest("zzz", known), None);
    }
}

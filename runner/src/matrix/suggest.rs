/// The known name nearest to a mistyped one, if one is near enough to be meant.
pub fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    const NEAR_ENOUGH: f64 = 0.7;
    known
        .iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate.as_str()))
        .filter(|(similarity, _)| *similarity >= NEAR_ENOUGH)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

pub(super) fn did_you_mean(name: &str, known: &[String]) -> String {
    nearest(name, known).map_or(String::new(), |near| format!(", did you mean {near:?}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_similar_name_is_suggested() {
        let known = ["slab", "slab-list", "vector-scan"].map(String::from);
        assert_eq!(nearest("slablist", &known), Some("slab-list"));
        assert_eq!(nearest("vectorscan", &known), Some("vector-scan"));
        assert_eq!(nearest("quux", &known), None);
    }
}

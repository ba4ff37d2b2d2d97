use askama::Template;

use crate::answer::{Answer, Span, Words, answer, headline_of};
use crate::matrix::{Configuration, Matrix};
use crate::record::Record;

use super::heatmap::{Heatmap, LEVELS};
use super::method;
use super::section::anchor;

/// The answer of a record in a sentence, and a card for each workload configuration.
#[derive(Template)]
#[template(path = "answer.html")]
pub(super) struct AnswerSection<'p> {
    headline: Option<Words>,
    cards: Vec<Card>,
    levels: [f64; 4],
    margin: String,
    /// Whether the heatmaps are too wide for three of them in a row.
    is_roomy: bool,
    /// The page with the sections that cards lead to; empty for the same page.
    page: &'p str,
}

/// The answer for one workload configuration.
struct Card {
    label: String,
    anchor: String,
    words: Words,
    crossovers: Vec<Words>,
    heatmap: Heatmap,
}

impl<'p> AnswerSection<'p> {
    pub fn new(matrix: &Matrix, record: &Record, page: &'p str) -> Self {
        let configurations = matrix.configurations.iter().enumerate();
        let cards: Vec<Card> = configurations
            .map(|(index, it)| Card::new(index, it, matrix, record.interrupted))
            .collect();
        Self {
            headline: headline_of(matrix, record),
            levels: LEVELS,
            margin: method::margin(),
            is_roomy: cards.iter().any(|card| card.heatmap.columns.len() > 4),
            cards,
            page,
        }
    }
}

impl Card {
    fn new(index: usize, of: &Configuration, matrix: &Matrix, interrupted: bool) -> Self {
        let Answer { configuration: label, words, crossovers } =
            answer(of, &matrix.variants, interrupted);
        let heatmap = Heatmap::new(of, &matrix.variants);
        Self { label, anchor: anchor(index), words, crossovers, heatmap }
    }
}

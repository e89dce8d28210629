//! Filters: the query language of RFC 7644 section 3.4.2.2, read, printed, checked and evaluated.

mod check;
mod eval;
pub(crate) use eval::order;
pub(super) mod parse;

use std::fmt;

use serde_json::Value;

use super::path::AttrPath;

pub use check::InvalidFilter;

/// Why a text is no filter (or no path). The offset counts bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at byte {offset})")]
pub struct FilterError {
    /// Where in the text the trouble begins.
    pub offset: usize,
    /// What is wrong, in plain words.
    pub message: String,
}

/// A comparison operator other than `pr` (RFC 7644 table 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    /// `eq`: equal.
    Equal,
    /// `ne`: not equal.
    NotEqual,
    /// `co`: contains.
    Contains,
    /// `sw`: starts with.
    StartsWith,
    /// `ew`: ends with.
    EndsWith,
    /// `gt`: greater than.
    Greater,
    /// `ge`: greater than or equal to.
    GreaterOrEqual,
    /// `lt`: less than.
    Less,
    /// `le`: less than or equal to.
    LessOrEqual,
}

/// The operators and how they are written.
const OPERATORS: [(CompareOp, &str); 9] = [
    (CompareOp::Equal, "eq"),
    (CompareOp::NotEqual, "ne"),
    (CompareOp::Contains, "co"),
    (CompareOp::StartsWith, "sw"),
    (CompareOp::EndsWith, "ew"),
    (CompareOp::Greater, "gt"),
    (CompareOp::GreaterOrEqual, "ge"),
    (CompareOp::Less, "lt"),
    (CompareOp::LessOrEqual, "le"),
];

impl CompareOp {
    /// The operator written so, in any letter case.
    pub fn from_keyword(word: &str) -> Option<Self> {
        let found = OPERATORS.iter().find(|(_, k)| k.eq_ignore_ascii_case(word))?;
        Some(found.0)
    }

    /// How the operator is written.
    pub fn keyword(self) -> &'static str {
        OPERATORS.iter().find(|(op, _)| *op == self).map_or("eq", |(_, k)| k)
    }

    /// True for the four operators that ask which of two values comes first.
    pub fn is_ordering(self) -> bool {
        use CompareOp::{Greater, GreaterOrEqual, Less, LessOrEqual};
        matches!(self, Greater | GreaterOrEqual | Less | LessOrEqual)
    }
}

/// A filter expression. `And` and `Or` hold their operands side by side, two or more, so that a long chain is not deep.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// `userName eq "x"`.
    Compare {
        /// The attribute to look at.
        path: AttrPath,
        /// How to compare.
        op: CompareOp,
        /// A string, number, boolean or null.
        value: Value,
    },
    /// `title pr`.
    Present(AttrPath),
    /// `emails[type eq "work"]`: some value of the attribute satisfies the filter in the path.
    ValuePath(AttrPath),
    /// All operands hold.
    And(Vec<Filter>),
    /// At least one operand holds.
    Or(Vec<Filter>),
    /// The operand does not hold.
    Not(Box<Filter>),
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// If the text does not follow the grammar of RFC 7644 section 3.4.2.2, or nests deeper than 64 levels.
    pub fn parse(text: &str) -> Result<Filter, FilterError> {
        parse::whole(text)
    }

    /// The filter `attr eq "value"`.
    pub fn equals(attr: &str, value: &str) -> Filter {
        Filter::Compare { path: AttrPath::of(attr), op: CompareOp::Equal, value: Value::from(value) }
    }

    /// The literal of a filter that is nothing but `attr eq "literal"`.
    pub fn as_equals(&self, attr: &str) -> Option<&str> {
        match self {
            Filter::Compare { path, op: CompareOp::Equal, value } if path.is_plain(attr) => value.as_str(),
            _ => None,
        }
    }

    /// The literal that `attr` must be equal to wherever the filter holds, if the filter says so plainly.
    pub fn demands(&self, attr: &str) -> Option<&str> {
        match self {
            Filter::And(operands) => operands.iter().find_map(|operand| operand.demands(attr)),
            _ => self.as_equals(attr),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Filter::Compare { path, op, value } => {
                write!(out, "{path} {} {value}", op.keyword())
            }
            Filter::Present(path) => write!(out, "{path} pr"),
            Filter::ValuePath(path) => write!(out, "{path}"),
            Filter::And(operands) => join(out, operands, " and "),
            Filter::Or(operands) => join(out, operands, " or "),
            Filter::Not(inner) => write!(out, "not ({inner})"),
        }
    }
}

/// Prints operands with brackets round every nested chain, also where precedence would do without: what is read back
/// then has the same shape.
fn join(out: &mut fmt::Formatter<'_>, operands: &[Filter], word: &str) -> fmt::Result {
    for (index, operand) in operands.iter().enumerate() {
        if index > 0 {
            out.write_str(word)?;
        }
        match operand {
            Filter::And(_) | Filter::Or(_) => write!(out, "({operand})")?,
            _ => write!(out, "{operand}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;

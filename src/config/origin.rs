//! Values and where they come from.

use std::fmt;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// The configuration file.
    File {
        /// The file, as the user knows it.
        file: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// The target below whose name it stands; `None` for what holds for all.
        target: Option<String>,
    },
    /// A variable of the environment.
    Variable(&'static str),
    /// The command line.
    Flag(&'static str),
}

impl Origin {
    /// True for what was typed.
    pub fn is_flag(&self) -> bool {
        matches!(self, Origin::Flag(_))
    }

    /// True for what stands in the file.
    pub fn is_file(&self) -> bool {
        matches!(self, Origin::File { .. })
    }

    /// As a remark behind a value: without the column.
    pub fn remark(&self) -> String {
        match self {
            Origin::File { file, line, target: None, .. } => format!("{file}:{line}"),
            Origin::File { file, line, target: Some(target), .. } => format!("{file}:{line}, target {target}"),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => formatter.write_str("default"),
            Origin::File { file, line, column, target } => {
                write!(formatter, "{file}:{line}:{column}")?;
                target.as_ref().map_or(Ok(()), |target| write!(formatter, ", target {target}"))
            }
            Origin::Variable(name) | Origin::Flag(name) => formatter.write_str(name),
        }
    }
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

impl<T> Setting<T> {
    /// What holds where nobody said anything.
    pub fn default(value: T) -> Setting<T> {
        Setting { value, origin: Origin::Default }
    }
}

/// Why a text is no migration file, or a migration cannot be written as one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// A line begins with `-->` and is neither marker of the format.
    #[error(
        "line {line}: unknown marker `{text}`: a line that begins with `-->` is `--> statement-breakpoint` or `--> stage` \
         with options"
    )]
    UnknownMarker {
        /// The line in the file, from 1.
        line: usize,
        /// The line's text.
        text: String,
    },
    /// An option of a `--> stage` line cannot be used.
    #[error("line {line}: option `{option}` of the stage {problem}")]
    Option {
        /// The line in the file, from 1.
        line: usize,
        /// The option as it stands in the file.
        option: String,
        /// What is wrong with it.
        problem: OptionProblem,
    },
    /// Nothing stands before or after a breakpoint.
    #[error("line {line}: there is no statement {side} this breakpoint; remove the line")]
    EmptyStatement {
        /// The breakpoint's line, from 1.
        line: usize,
        /// `before` or `after`.
        side: &'static str,
    },
    /// A `--> stage` line is followed by no statement.
    #[error("line {line}: the stage has no statement; remove its line")]
    EmptyStage {
        /// The line in the file, from 1.
        line: usize,
    },
    /// A stage that runs outside a transaction has several statements.
    #[error(
        "line {line}: a stage with `transaction=off` has exactly one statement, this one has {statements}; give each \
         its own stage"
    )]
    SeveralStatements {
        /// The line of the stage, from 1.
        line: usize,
        /// How many statements the stage has.
        statements: usize,
    },
    /// The text contains a NUL character, which PostgreSQL does not accept.
    #[error("line {line}: NUL character")]
    Nul {
        /// The line in the file, from 1.
        line: usize,
    },
    /// The text contains a carriage return that is not part of a line ending.
    #[error("line {line}: carriage return within the line; in a string, write it as `E'\\r'`")]
    CarriageReturn {
        /// The line in the file, from 1.
        line: usize,
    },
    /// A line of the header cannot be written.
    #[error("line {number} of the header contains a line break or a NUL character")]
    UnrenderableHeader {
        /// The line of the header, from 1.
        number: usize,
    },
    /// A stage cannot be written.
    #[error("stage {stage} {problem}")]
    UnrenderableStage {
        /// The stage, from 1.
        stage: usize,
        /// What the format cannot hold.
        problem: &'static str,
    },
    /// A statement cannot be written.
    #[error("statement {statement} of stage {stage} {problem}")]
    UnrenderableStatement {
        /// The stage, from 1.
        stage: usize,
        /// The statement within the stage, from 1.
        statement: usize,
        /// What the format cannot hold.
        problem: &'static str,
    },
}

/// What is wrong with an option of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionProblem {
    /// The key is not one of the format.
    #[error(
        "is unknown: the options are `transaction`, `lock_timeout`, `index`, `partitions`, `hazards`, `acknowledged` and `reason`"
    )]
    UnknownKey,
    /// The key was given before.
    #[error("is given twice")]
    Duplicate,
    /// There is no `=`.
    #[error("is not `key=value`")]
    NoValue,
    /// A double quote is never closed, or stands within a bare word.
    #[error("has a misplaced or unclosed double quote")]
    Quoting,
    /// A word of the value is empty or contains control characters.
    #[error("has a value that is empty or contains control characters")]
    BadWord,
    /// `transaction` is neither `on` nor `off`.
    #[error("is neither `on` nor `off`")]
    NotASwitch,
    /// `lock_timeout` is not a duration that the server takes.
    #[error("is no duration such as `500ms`, `3s` or `1min`, from 1 ms to 2147483647 ms")]
    BadDuration,
    /// `index` is not a name.
    #[error("is no name such as `name`, `namespace.name` or `\"Name\"`")]
    BadName,
    /// `partitions` is not `concurrently`.
    #[error("is not `concurrently`")]
    NotConcurrently,
    /// `partitions` without `index`.
    #[error("needs `index`, the index that is built on them")]
    PartitionsOfNoIndex,
    /// `reason` is a list.
    #[error("is not one word; put double quotes around a text with commas")]
    NotAWord,
    /// `acknowledged` without `reason`.
    #[error("needs `reason`, such as `reason=\"unused since release 12\"`")]
    NoReason,
    /// `reason` without `acknowledged`.
    #[error("needs `acknowledged`, which says what it is the reason for")]
    ReasonForNothing,
    /// `index` without `transaction=off`.
    #[error("needs `transaction=off`: only an index that is built concurrently can be left half built")]
    IndexInTransaction,
}

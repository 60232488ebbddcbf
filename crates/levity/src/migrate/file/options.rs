//! The options of a `--> stage` line.

use std::{fmt::Write, time::Duration};

use super::{MAX_LOCK_TIMEOUT, OptionProblem, StageOptions};
use crate::{
    schema::ObjectName,
    sql::{quote_ident, quote_name},
};

/// Reads what follows `--> stage`. The error holds the option as it is written.
pub(super) fn parse(text: &str) -> Result<StageOptions, (String, OptionProblem)> {
    let mut options = StageOptions::default();
    let mut seen = Vec::new();
    let mut rest = text.trim_matches([' ', '\t']);
    while !rest.is_empty() {
        let mut quoted = false;
        let end = rest
            .find(|c: char| {
                quoted ^= c == '"';
                !quoted && (c == ' ' || c == '\t')
            })
            .unwrap_or(rest.len());
        let option = &rest[..end];
        set(&mut options, &mut seen, option).map_err(|problem| (option.to_owned(), problem))?;
        rest = rest[end..].trim_start_matches([' ', '\t']);
    }
    if options.builds_index.is_some() && options.transaction {
        return Err(("index".to_owned(), OptionProblem::IndexInTransaction));
    }
    if options.on_partitions && options.builds_index.is_none() {
        return Err(("partitions".to_owned(), OptionProblem::PartitionsOfNoIndex));
    }
    match (options.acknowledged.is_empty(), &options.reason) {
        (false, None) => Err(("acknowledged".to_owned(), OptionProblem::NoReason)),
        (true, Some(_)) => Err(("reason".to_owned(), OptionProblem::ReasonForNothing)),
        (false, Some(_)) | (true, None) => Ok(options),
    }
}

fn set<'a>(
    options: &mut StageOptions,
    seen: &mut Vec<&'a str>,
    option: &'a str,
) -> Result<(), OptionProblem> {
    let (key, value) = option.split_once('=').ok_or(OptionProblem::NoValue)?;
    if seen.contains(&key) {
        return Err(OptionProblem::Duplicate);
    }
    seen.push(key);
    match key {
        "transaction" => {
            options.transaction = match value {
                "on" => true,
                "off" => false,
                _ => return Err(OptionProblem::NotASwitch),
            };
        }
        "lock_timeout" => {
            options.lock_timeout = Some(parse_duration(value).ok_or(OptionProblem::BadDuration)?);
        }
        "index" => options.builds_index = Some(parse_name(value)?),
        "partitions" => match value {
            "concurrently" => options.on_partitions = true,
            _ => return Err(OptionProblem::NotConcurrently),
        },
        "hazards" => options.hazards = list(value)?,
        "acknowledged" => options.acknowledged = list(value)?,
        "reason" => {
            let [word] = <[Word; 1]>::try_from(words(value, ',')?).map_err(|_| OptionProblem::NotAWord)?;
            options.reason = Some(word.text);
        }
        _ => return Err(OptionProblem::UnknownKey),
    }
    Ok(())
}

fn list(value: &str) -> Result<Vec<String>, OptionProblem> {
    Ok(words(value, ',')?.into_iter().map(|word| word.text).collect())
}

struct Word {
    text: String,
    quoted: bool,
}

/// Splits a value at the separators outside quotes and takes the quotes off.
fn words(value: &str, separator: char) -> Result<Vec<Word>, OptionProblem> {
    let mut words = Vec::new();
    let mut rest = value;
    loop {
        let (word, after) = if let Some(body) = rest.strip_prefix('"') {
            quoted_word(body)?
        } else {
            let end = rest.find(separator).unwrap_or(rest.len());
            (Word { text: rest[..end].to_owned(), quoted: false }, &rest[end..])
        };
        if !word.quoted && word.text.contains('"') {
            return Err(OptionProblem::Quoting);
        }
        if !can_be_word(&word.text) || (!word.quoted && word.text.contains(',')) {
            return Err(OptionProblem::BadWord);
        }
        words.push(word);
        if after.is_empty() {
            return Ok(words);
        }
        rest = after.strip_prefix(separator).ok_or(OptionProblem::Quoting)?;
    }
}

/// The word up to the closing quote, and what follows that.
fn quoted_word(body: &str) -> Result<(Word, &str), OptionProblem> {
    let mut text = String::new();
    let mut rest = body;
    loop {
        let end = rest.find('"').ok_or(OptionProblem::Quoting)?;
        text.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                text.push('"');
                rest = after;
            }
            None => return Ok((Word { text, quoted: true }, rest)),
        }
    }
}

fn parse_name(value: &str) -> Result<ObjectName, OptionProblem> {
    let mut words = words(value, '.')?;
    if words.iter().any(|word| !word.quoted && !is_plain(&word.text)) {
        return Err(OptionProblem::BadName);
    }
    match (words.pop(), words.pop(), words.is_empty()) {
        (Some(name), namespace, true) => {
            Ok(ObjectName { namespace: namespace.map(|word| word.text), name: name.text })
        }
        _ => Err(OptionProblem::BadName),
    }
}

fn parse_duration(value: &str) -> Option<Duration> {
    let digits = value.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = value[..digits].parse().ok()?;
    let milliseconds = match &value[digits..] {
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        _ => return None,
    };
    Some(Duration::from_millis(number.checked_mul(milliseconds)?)).filter(|&timeout| is_lock_timeout(timeout))
}

fn is_lock_timeout(timeout: Duration) -> bool {
    !timeout.is_zero() && timeout <= MAX_LOCK_TIMEOUT
}

/// A part of a name that SQL reads as it stands.
fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn can_be_word(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(char::is_control)
}

/// Writes the options, each with a space before it. The error is what the format cannot hold.
pub(super) fn render(options: &StageOptions) -> Result<String, &'static str> {
    let StageOptions {
        transaction,
        lock_timeout,
        builds_index,
        on_partitions,
        hazards,
        acknowledged,
        reason,
    } = options;
    let mut text = String::new();
    if !transaction {
        text.push_str(" transaction=off");
    }
    if let Some(timeout) = *lock_timeout {
        if !is_lock_timeout(timeout) || timeout.subsec_nanos() % 1_000_000 != 0 {
            return Err("has a lock timeout that is not a whole number of milliseconds from 1 to 2147483647");
        }
        let (number, unit) = if timeout.subsec_millis() == 0 {
            (u128::from(timeout.as_secs()), "s")
        } else {
            (timeout.as_millis(), "ms")
        };
        let _ = write!(text, " lock_timeout={number}{unit}");
    }
    if let Some(index) = builds_index {
        if *transaction {
            return Err("builds an index concurrently inside a transaction");
        }
        if !std::iter::once(&index.name).chain(&index.namespace).all(|part| can_be_word(part)) {
            return Err("builds an index whose name is empty or contains control characters");
        }
        let _ = write!(text, " index={}", render_name(index));
    }
    if *on_partitions {
        if builds_index.is_none() {
            return Err("builds no index, but is to build it on partitions");
        }
        text.push_str(" partitions=concurrently");
    }
    for (key, list) in [("hazards", hazards), ("acknowledged", acknowledged)] {
        if !list.iter().all(|word| can_be_word(word)) {
            return Err("has a hazard whose name is empty or contains control characters");
        }
        if !list.is_empty() {
            let words: Vec<_> = list.iter().map(|word| render_word(word)).collect();
            let _ = write!(text, " {key}={}", words.join(","));
        }
    }
    if reason.is_some() == acknowledged.is_empty() {
        return Err("acknowledges hazards without a reason, or has a reason without a hazard");
    }
    if let Some(reason) = reason {
        if !can_be_word(reason) {
            return Err("has a reason that is empty or contains control characters");
        }
        let _ = write!(text, " reason={}", render_word(reason));
    }
    Ok(text)
}

fn render_word(word: &str) -> String {
    let bare = !word.contains(|c: char| c.is_whitespace() || c == ',' || c == '"');
    if bare { word.to_owned() } else { quote_ident(word) }
}

fn render_name(name: &ObjectName) -> String {
    let plain = std::iter::once(&name.name).chain(&name.namespace).all(|part| is_plain(part));
    if plain { name.to_string() } else { quote_name(name) }
}

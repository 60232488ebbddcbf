//! What is going on during long work: a line that moves on a terminal, plain lines elsewhere.

use std::{
    io::{self, IsTerminal, Write},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::locale;

const FRAME: Duration = Duration::from_millis(100);

/// Shows on stderr what is being done. Dropping it clears the line that moves.
pub(crate) struct Activity {
    reporter: Reporter,
    thread: Option<JoinHandle<()>>,
}

/// A handle for whoever does the work, on any thread.
#[derive(Clone)]
pub(crate) struct Reporter(Sender<Line>);

enum Line {
    Now(String),
    Done(String),
    End,
}

impl Activity {
    pub(crate) fn start() -> Self {
        let (sender, lines) = mpsc::channel();
        let moves = io::stderr().is_terminal();
        let thread = thread::spawn(move || show(&lines, moves));
        Self { reporter: Reporter(sender), thread: Some(thread) }
    }

    pub(crate) fn reporter(&self) -> Reporter {
        self.reporter.clone()
    }
}

impl Reporter {
    /// What is being done from now on.
    pub(crate) fn now(&self, text: impl Into<String>) {
        let _ = self.0.send(Line::Now(text.into()));
    }

    /// What is done, and stays to be read.
    pub(crate) fn done(&self, text: impl Into<String>) {
        let _ = self.0.send(Line::Done(text.into()));
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        let _ = self.reporter.0.send(Line::End);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn show(lines: &mpsc::Receiver<Line>, moves: bool) {
    let frames: &[&str] =
        if locale::is_utf8() { &["⠋", "⠙", "⠸", "⠴", "⠦", "⠇"] } else { &["-", "\\", "|", "/"] };
    let mut stderr = anstream::stderr();
    let mut current: Option<String> = None;
    let mut frame = 0;
    loop {
        let line = match (&current, moves) {
            (Some(text), true) => {
                let _ = write!(stderr, "\r\x1b[K{} {text}", frames[frame % frames.len()]);
                let _ = stderr.flush();
                frame += 1;
                match lines.recv_timeout(FRAME) {
                    Err(RecvTimeoutError::Timeout) => continue,
                    other => other.ok(),
                }
            }
            _ => lines.recv().ok(),
        };
        if moves && current.take().is_some() {
            let _ = write!(stderr, "\r\x1b[K");
            let _ = stderr.flush();
        }
        match line {
            Some(Line::Now(text)) if moves => current = Some(text),
            Some(Line::Now(text) | Line::Done(text)) => {
                let _ = writeln!(stderr, "{text}");
            }
            Some(Line::End) | None => return,
        }
    }
}

//! The terminal, or lines where there is none.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};

use crate::{View, draw};

/// Where a view is shown.
pub enum Screen {
    /// On a screen of the terminal's own; what stood there before comes back when it is dropped, and before a panic's message.
    Terminal(Box<DefaultTerminal>),
    /// Where output or input goes elsewhere: as a line for each epoch.
    Lines,
}

impl Screen {
    pub fn open() -> io::Result<Screen> {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if io::stdin().is_terminal() && io::stdout().is_terminal() && !is_dumb {
            Ok(Screen::Terminal(Box::new(ratatui::try_init()?)))
        } else {
            Ok(Screen::Lines)
        }
    }

    pub fn is_terminal(&self) -> bool {
        matches!(self, Screen::Terminal(_))
    }

    pub fn show(&mut self, view: &View) -> io::Result<()> {
        match self {
            Screen::Terminal(terminal) => terminal.draw(|frame| draw(frame, view)).map(|_| ()),
            Screen::Lines => Ok(()),
        }
    }

    /// An epoch's line, where there is no terminal. That nobody reads on, such as `head`, is no reason to end training.
    pub fn line(&self, text: &str) -> io::Result<()> {
        match self {
            Screen::Terminal(_) => Ok(()),
            Screen::Lines => match writeln!(io::stdout(), "{text}") {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                written => written,
            },
        }
    }

    /// Whether q or Ctrl-C has been pressed: waits for a key at most that long.
    pub fn is_left(&self, wait: Duration) -> io::Result<bool> {
        if !self.is_terminal() {
            return Ok(false);
        }
        let mut wait = wait;
        while event::poll(wait)? {
            if let Event::Key(key) = event::read()?
                && key.kind != KeyEventKind::Release
            {
                let is_ctrl_c = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
                if is_ctrl_c || key.code == KeyCode::Char('q') {
                    return Ok(true);
                }
            }
            wait = Duration::ZERO; // what else there is, such as a new size
        }
        Ok(false)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // a panic has given the terminal back before its message
        if self.is_terminal() && !std::thread::panicking() {
            let _ = ratatui::try_restore(); // there is nowhere to say that it failed
        }
    }
}

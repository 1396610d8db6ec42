//! Who may do what: bearer tokens with a role each.
//!
//! Tokens are kept and compared by their SHA-256, so that how long a comparison takes tells nothing of a token.

use sha2::{Digest, Sha256};
use std::fmt;

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Send events, ask for quotes, read accounts.
    Decide,
    /// All of that; and tell facts, let time pass, load the programme again.
    Operate,
    /// Read accounts, the programme and the audit log; write nothing.
    Audit,
}

/// Tokens and their roles.
#[derive(Debug, Clone, Default)]
pub struct Access {
    tokens: Vec<([u8; 32], Role)>,
}

/// A line of a list of tokens that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for TokenError {}

/// The shortest token.
const SHORTEST: usize = 16;

impl Access {
    /// No token is asked for: for a service that only its own machine reaches.
    #[must_use]
    pub fn open() -> Self {
        Self::default()
    }

    /// A list with a role (`decide`, `operate`, `audit`), a blank and a token on each line; blank lines and those with `#` do not count.
    ///
    /// # Errors
    /// A line that is none, or no token at all.
    pub fn read(text: &str) -> Result<Self, TokenError> {
        let mut tokens = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let wrong = |reason| TokenError { line: at.saturating_add(1), reason };
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (role, token) = line.split_once(char::is_whitespace).ok_or(wrong("a line is a role and a token"))?;
            let role = match role {
                "decide" => Role::Decide,
                "operate" => Role::Operate,
                "audit" => Role::Audit,
                _ => return Err(wrong("a role is `decide`, `operate` or `audit`")),
            };
            let token = token.trim();
            if token.len() < SHORTEST {
                return Err(wrong("a token has at least 16 characters"));
            }
            tokens.push((hash(token), role));
        }
        if tokens.is_empty() {
            return Err(TokenError { line: 1, reason: "there is no token" });
        }
        Ok(Self { tokens })
    }

    /// Whether tokens are asked for.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The role of a token.
    #[must_use]
    pub fn role(&self, token: &str) -> Option<Role> {
        let asked = hash(token);
        self.tokens.iter().find(|(known, _)| *known == asked).map(|(_, role)| *role)
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

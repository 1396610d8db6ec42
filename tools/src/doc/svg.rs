//! Drawing: coordinates are whole units or exact decimals, so no float is needed and the same policy draws the same picture.

use crate::html::escaped;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt::Write as _;

/// Colours of lines, told apart also by those who see colours badly.
pub(super) const COLOURS: [&str; 4] = ["#0b5cab", "#c4570a", "#2a7f4f", "#7a3fa0"];

/// A drawing of a fixed width, in units.
#[derive(Debug)]
pub(super) struct Drawing {
    body: String,
    width: i64,
    height: i64,
}

/// Where a text is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Drawing {
    pub fn new(width: i64, height: i64) -> Self {
        Self { body: String::new(), width, height }
    }

    pub fn line(&mut self, (x1, y1): (i64, i64), (x2, y2): (i64, i64), style: &str) {
        let _ = writeln!(self.body, "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" {style}/>");
    }

    pub fn bar(&mut self, (x, y): (i64, i64), (width, height): (i64, i64), style: &str) {
        let _ = writeln!(self.body, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {style}/>");
    }

    pub fn path(&mut self, path: &str, style: &str) {
        let _ = writeln!(self.body, "<path d=\"{path}\" fill=\"none\" {style}/>");
    }

    pub fn text(&mut self, (x, y): (i64, i64), anchor: Anchor, size: i64, colour: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escaped(text);
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"{colour}\">{text}</text>"
        );
    }

    /// The drawing, with what it shows for those who hear the page.
    pub fn finish(self, title: &str) -> String {
        let Self { body, width, height } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{0}\">\n{body}</svg>",
            escaped(title)
        )
    }
}

/// `value` of `whole`, as so many units of `length`; zero where there is no whole.
pub(super) fn scaled(value: Decimal, whole: Decimal, length: i64) -> i64 {
    let part = value.checked_mul(Decimal::from(length)).and_then(|product| product.checked_div(whole));
    part.and_then(|part| part.round().to_i64()).unwrap_or(0)
}

/// The same to a hundredth of a unit, as text: for lines, whose points lie close together.
pub(super) fn exact(value: Decimal, whole: Decimal, length: i64, from: i64, down: bool) -> String {
    let part = value.checked_mul(Decimal::from(length)).and_then(|product| product.checked_div(whole));
    let part = part.unwrap_or_default();
    let from = Decimal::from(from);
    let at = if down { from.saturating_add(part) } else { from.saturating_sub(part) };
    at.round_dp(2).normalize().to_string()
}

/// Round steps for an axis up to `most`: at most six of them.
pub(super) fn ticks(most: Decimal) -> Vec<Decimal> {
    let mut step = Decimal::new(1, 2);
    let factors = [Decimal::TWO, Decimal::new(25, 1), Decimal::TWO].into_iter().cycle();
    for factor in factors.take(90) {
        let fits = most.checked_div(step).is_some_and(|count| count <= Decimal::from(6));
        if fits {
            break;
        }
        step = step.saturating_mul(factor);
    }
    let mut all = vec![Decimal::ZERO];
    let mut next = step;
    while next <= most && all.len() < 8 {
        all.push(next);
        next = next.saturating_add(step);
    }
    all
}

/// About how wide a text is set, in units of its size a hundred: Han characters are as wide as high.
pub(super) fn width(text: &str, size: i64) -> i64 {
    let hundredths: i64 = text.chars().map(|letter| if letter.is_ascii() { 56 } else { 102 }).sum();
    hundredths.saturating_mul(size).div_euclid(100)
}

#[cfg(test)]
mod tests {
    use super::ticks;
    use rust_decimal::Decimal;

    #[test]
    fn ticks_are_round_and_few() {
        let shown = |most: i64| {
            ticks(Decimal::from(most)).iter().map(|tick| tick.normalize().to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown(200_000), "0 50000 100000 150000 200000");
        assert_eq!(shown(1_000), "0 200 400 600 800 1000");
        assert_eq!(shown(30), "0 5 10 15 20 25 30");
    }
}

//! The rules of a declaration to the words that are printed, in the order that goes with their language.
//!
//! English prints `F of X` and `earn A per full S of X`, Chinese `X 的 F` and `按 X 每满 S 得 A`; some windows and finalities have
//! two orders as well. Words are moved only where no line break or comment stands between them: both orders can be read.

use super::super::keywords::keyword;
use super::super::layout::Layout;
use super::super::lexer::{Token, TokenKind};
use super::super::parse::{Node, Rule, keyword_of};
use super::super::split::Slot;
use super::Style;
use super::words;
use crate::diagnostic::Language;

/// A declaration in its file.
pub struct Source<'a> {
    pub layout: &'a Layout,
    pub slots: &'a [Slot],
    pub tokens: &'a [Token],
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// The canonical text of a token.
    pub fn word(&self, slot: usize) -> &'a str {
        match self.slots.get(slot) {
            Some(Slot::Piece(index)) => self.layout.word(*index),
            _ => "",
        }
    }

    pub fn is_line_end(&self, slot: usize) -> bool {
        self.kind(slot) == Some(TokenKind::Newline)
    }

    pub fn kind(&self, slot: usize) -> Option<TokenKind> {
        match self.slots.get(slot) {
            Some(Slot::Piece(index)) => self.layout.pieces.get(*index).map(|piece| piece.kind),
            _ => None,
        }
    }

    /// First and last byte of a token in the source.
    pub fn place(&self, slot: usize) -> (u32, u32) {
        let pieces = self.slots.get(slot).map(|slot| slot.pieces()).unwrap_or_default();
        let span = self.layout.span_of(pieces);
        (span.start, span.end)
    }

    /// Where the token before this one ends, line ends left out.
    fn end_before(&self, slot: usize) -> u32 {
        let before = (0..slot).rev().find(|&before| !self.is_line_end(before));
        before.map_or_else(|| self.place(slot).0, |before| self.place(before).1)
    }

    /// Comments and line ends between a token and the one before it.
    pub fn trivia(&self, slot: usize) -> impl Iterator<Item = &'a Token> {
        let (from, to) = (self.end_before(slot), self.place(slot).0);
        let first = self.tokens.partition_point(|token| token.start < from);
        let told = |token: &&Token| !token.is_significant() && token.kind != TokenKind::Blank || token.kind == STRAY;
        self.tokens.get(first..).unwrap_or_default().iter().take_while(move |token| token.start < to).filter(told)
    }

    fn is_plain(&self, slot: usize) -> bool {
        self.trivia(slot).next().is_none()
    }
}

const STRAY: TokenKind = TokenKind::Error(super::super::lexer::LexError::Stray);

/// A word to be printed.
#[derive(Debug, Clone)]
pub struct Atom {
    pub text: String,
    /// The token before which its comments and line breaks stand.
    pub lead: Option<usize>,
    /// Its rule and the rule around it.
    pub rule: Option<Rule>,
    pub parent: Option<Rule>,
    /// A part that cannot be read: first and last byte in the source.
    pub raw: Option<(u32, u32)>,
}

/// The words of a declaration in the order in which they are printed.
pub fn atoms(outline: &[Node], source: &Source<'_>, style: &Style<'_>) -> Vec<Atom> {
    let writer = Writer { source, style };
    let mut atoms: Vec<Atom> = outline.iter().flat_map(|node| writer.node(node, Rule::declaration)).collect();
    agree(&mut atoms);
    atoms
}

/// English units take the form of their number.
fn agree(atoms: &mut [Atom]) {
    let mut one = false;
    let mut number = false;
    for atom in atoms {
        if let Some(keyword) =
            atom.rule.and_then(keyword_of).filter(|keyword| words::agrees(keyword) && atom.text.is_ascii())
        {
            let form = usize::from(one && number);
            atom.text = keyword.en.get(form).map_or_else(|| atom.text.clone(), |word| (*word).to_owned());
        }
        number = atom.rule == Some(Rule::number);
        one = number && words::is_one(&atom.text);
    }
}

struct Writer<'s> {
    source: &'s Source<'s>,
    style: &'s Style<'s>,
}

impl Writer<'_> {
    fn node(&self, node: &Node, parent: Rule) -> Vec<Atom> {
        if node.children.is_empty() {
            return if node.first < node.end { self.leaf(node, parent) } else { vec![] };
        }
        self.reordered(node).unwrap_or_else(|| self.with_particles(node))
    }

    fn all<'n>(&self, nodes: impl IntoIterator<Item = &'n Node>, parent: Rule) -> Vec<Atom> {
        nodes.into_iter().flat_map(|node| self.node(node, parent)).collect()
    }

    /// A word or mark.
    fn leaf(&self, node: &Node, parent: Rule) -> Vec<Atom> {
        let atom = |slot: usize, text: String| Atom {
            text,
            lead: Some(slot),
            rule: Some(node.rule),
            parent: Some(parent),
            raw: None,
        };
        if node.rule == Rule::line_end {
            return vec![];
        }
        if node.rule == Rule::broken {
            let place = self.source.place(node.first);
            return vec![Atom { raw: Some(place), ..atom(node.first, String::new()) }];
        }
        let slots = node.first..node.end;
        let written: Vec<&str> = slots.clone().map(|slot| self.source.word(slot)).collect();
        let together = slots.clone().skip(1).all(|slot| self.source.is_plain(slot));
        let text = match keyword_of(node.rule) {
            Some(keyword) if together => words::printed(keyword, &written.join(" "), self.style.to),
            Some(_) => None,
            None => Some(self.name_or_value(node, parent, written.first().copied().unwrap_or_default())),
        };
        match text {
            Some(text) => vec![atom(node.first, text)],
            None if together => vec![],
            None => slots.map(|slot| atom(slot, self.source.word(slot).to_owned())).collect(),
        }
    }

    fn name_or_value(&self, node: &Node, parent: Rule, written: &str) -> String {
        if let Some(name) = self.style.names.get(&self.source.place(node.first)) {
            return name.clone();
        }
        match node.rule {
            Rule::multiple => words::multiple(written, self.style.to),
            Rule::name | Rule::any_word if matches!(parent, Rule::function | Rule::possessive) => {
                words::function(written, self.style.to)
            }
            _ => written.to_owned(),
        }
    }

    /// A word that is put in.
    fn word(&self, role: &'static str, rule: Rule, language: Language) -> Atom {
        let word = keyword(role).and_then(|keyword| keyword.words(language).first()).copied().unwrap_or_default();
        Atom { text: words::joined(word), lead: None, rule: Some(rule), parent: None, raw: None }
    }

    /// Whether a clause is printed in Chinese: it is translated to it, or its keyword is Chinese.
    fn in_chinese(&self, keyword: &Node) -> bool {
        self.language(keyword) == Language::Chinese
    }

    fn language(&self, keyword: &Node) -> Language {
        self.style.to.unwrap_or_else(|| words::language_of(self.source.word(keyword.first)))
    }

    /// The children in their order, and the closing particle that Chinese prints.
    fn with_particles(&self, node: &Node) -> Vec<Atom> {
        let mut out: Vec<Atom> = Vec::new();
        let particle = self.particle(node);
        for (index, child) in node.children.iter().enumerate() {
            let mut atoms = self.node(child, node.rule);
            let until = node.rule == Rule::between && has(node, Rule::until) && child.rule == Rule::kw_from;
            if until
                && self.style.to == Some(Language::Chinese)
                && let Some(from) = atoms.first_mut()
            {
                "从".clone_into(&mut from.text);
            }
            out.extend(atoms);
            if let Some((after, role, rule)) = particle
                && after == index
            {
                out.push(self.word(role, rule, Language::Chinese));
            }
        }
        out
    }

    /// The closing particle that is missing: behind which child, its role and rule.
    fn particle(&self, node: &Node) -> Option<(usize, &'static str, Rule)> {
        let (opening, role, end) = match node.rule {
            Rule::condition => (Rule::kw_when, "when_end", Rule::kw_when_end),
            Rule::accept => (Rule::kw_accept_when, "when_end", Rule::kw_when_end),
            Rule::above => (Rule::kw_above, "above_end", Rule::kw_above_end),
            Rule::since | Rule::later => (Rule::kw_after, "from_end", Rule::kw_from_end),
            Rule::kept_by => (Rule::kw_kept_by, "kept_by_end", Rule::kw_kept_by_end),
            Rule::weighted => (Rule::kw_weighted_by, "weighted_end", Rule::kw_weighted_end),
            Rule::until => (Rule::kw_until, "until_end", Rule::kw_until_end),
            Rule::steps => (Rule::kw_in_steps_of, "steps_end", Rule::kw_steps_end),
            Rule::tier_price => (Rule::kw_at_price, "at_price_end", Rule::kw_at_price_end),
            Rule::effective | Rule::between | Rule::set_fact | Rule::period_decl
                if !has(node, Rule::kw_to)
                    && !has(node, Rule::to_day)
                    && !has(node, Rule::until)
                    && !has(node, Rule::inside) =>
            {
                (Rule::kw_from, "from_end", Rule::kw_from_end)
            }
            _ => return None,
        };
        let opened = node.children.iter().position(|child| child.rule == opening)?;
        let keyword = node.children.get(opened)?;
        // A missing 前 is a mistake of the author's, not of the layout.
        let translating = self.style.to == Some(Language::Chinese);
        if !self.in_chinese(keyword) || has(node, end) || (end == Rule::kw_until_end && !translating) {
            return None;
        }
        Some((opened.saturating_add(1), role, end))
    }

    /// The node in the other word order, where its language asks for that and nothing stands in between.
    fn reordered(&self, node: &Node) -> Option<Vec<Atom>> {
        let children: Vec<&Node> = node.children.iter().collect();
        let mut new = match (node.rule, children.as_slice()) {
            (Rule::reading | Rule::scope_key, [what, of, from]) if of.rule == Rule::kw_of => {
                self.possessive(node, what, of, from)?
            }
            (Rule::reading, [chain]) if chain.rule == Rule::chain => self.of(&chain.children)?,
            (Rule::scope_key, [_, .., last]) if last.rule == Rule::possessive => self.of(&node.children)?,
            (Rule::earn | Rule::level | Rule::beyond, [verb, award, tail @ ..]) if award.rule == Rule::rounded => {
                self.stepwise(node.rule, verb, award, tail)?
            }
            (Rule::earn | Rule::level, [steps, verb, award, tail @ ..]) if steps.rule == Rule::stepwise => {
                self.per_full(steps, self.node(verb, node.rule), verb, award, tail)?
            }
            (Rule::beyond, [rest, steps, verb, award]) if steps.rule == Rule::stepwise => {
                let english = vec![Atom {
                    lead: Some(rest.first),
                    ..self.word("rest_earns", Rule::kw_rest_earns, Language::English)
                }];
                self.per_full(steps, english, verb, award, &[])?
            }
            _ => return self.two_orders(node, &children),
        };
        // Comments and line breaks before the node stay before it.
        let moved = new.iter().position(|atom| atom.lead == Some(node.first));
        if let Some(atom) = moved.and_then(|moved| new.get_mut(moved)) {
            atom.lead = None;
        }
        if let Some(first) = new.first_mut() {
            first.lead = Some(node.first);
        }
        Some(new)
    }

    /// Whether nothing but blanks stands before each of some nodes.
    fn plain<'n>(&self, nodes: impl IntoIterator<Item = &'n Node>) -> bool {
        nodes.into_iter().all(|node| self.source.is_plain(node.first))
    }

    /// `F of X` as `X 的 F`.
    fn possessive(&self, node: &Node, what: &Node, of: &Node, from: &Node) -> Option<Vec<Atom>> {
        let chinese = match self.style.to {
            Some(language) => language == Language::Chinese,
            None => self.source.word(of.first) == "之",
        };
        let named = node.rule == Rule::reading || self.begins_with_name(from);
        if !chinese || !named || !self.plain([of, from]) {
            return None;
        }
        let what_atoms = match what.rule {
            // The function of a scope's key is a plain name.
            Rule::name => self.leaf(what, Rule::function),
            _ => self.node(what, node.rule),
        };
        let mut out = self.node(from, node.rule);
        out.push(self.word("de", Rule::kw_de, Language::Chinese));
        out.extend(what_atoms);
        Some(out)
    }

    fn begins_with_name(&self, reading: &Node) -> bool {
        let mut node = reading;
        while let Some(last) = node.children.last().filter(|_| node.rule == Rule::reading) {
            node = last;
        }
        let first = node
            .children
            .first()
            .and_then(|dotted| dotted.children.first())
            .and_then(|primary| primary.children.first());
        node.rule == Rule::chain
            && first.is_some_and(|name| name.rule == Rule::name)
            && node.children.iter().skip(1).all(|child| child.rule == Rule::possessive)
    }

    /// `X 的 F` as `F of X`.
    fn of(&self, chain: &[Node]) -> Option<Vec<Atom>> {
        let (last, rest) = chain.split_last()?;
        if self.style.to != Some(Language::English) || last.rule != Rule::possessive || rest.is_empty() {
            return None;
        }
        let (de, what) = last.children.split_first()?;
        let reserved = |what: &Node| {
            what.rule == Rule::any_word && super::super::keywords::is_reserved(self.source.word(what.first))
        };
        let names = !what.iter().any(reserved);
        if !names || !self.plain(what.iter().chain([de])) {
            return None;
        }
        let mut out = self.all(what, Rule::possessive);
        out.push(self.word("of", Rule::kw_of, Language::English));
        out.extend(self.of(rest).unwrap_or_else(|| self.all(rest, Rule::chain)));
        Some(out)
    }

    /// `earn A per full S of X` as `按 X 每满 S 得 A`.
    fn stepwise(&self, rule: Rule, verb: &Node, award: &Node, tail: &[&Node]) -> Option<Vec<Atom>> {
        let [sum] = award.children.as_slice() else { return None };
        let [product] = sum.children.as_slice() else { return None };
        let (steps, factors) = product.children.split_last()?;
        if !self.in_chinese(verb) || steps.rule != Rule::per_full || factors.is_empty() {
            return None;
        }
        let [full, step, of, amount] = steps.children.as_slice() else { return None };
        if !self.plain(factors.iter().take(1).chain([full, step, of, amount])) {
            return None;
        }
        let mut out = match rule {
            Rule::beyond => vec![self.word("rest", Rule::kw_rest, Language::Chinese)],
            _ => vec![],
        };
        out.push(self.word("per_full_by", Rule::kw_per_full_by, Language::Chinese));
        out.extend(self.node(amount, Rule::stepwise));
        out.extend(self.node(full, Rule::stepwise));
        out.extend(self.node(step, Rule::stepwise));
        match rule {
            Rule::beyond => out.push(self.word("earn", Rule::kw_earn, Language::Chinese)),
            _ => out.extend(self.node(verb, rule)),
        }
        out.extend(self.all(factors, Rule::product));
        out.extend(self.all(tail.iter().copied(), rule));
        Some(out)
    }

    /// `按 X 每满 S 得 A` as `earn A per full S of X`.
    fn per_full(&self, steps: &Node, begin: Vec<Atom>, verb: &Node, award: &Node, tail: &[&Node]) -> Option<Vec<Atom>> {
        let [_, amount, full, step] = steps.children.as_slice() else { return None };
        if self.in_chinese(verb) || !self.plain([amount, full, step, verb, award]) {
            return None;
        }
        let mut out = begin;
        out.extend(self.node(award, Rule::product));
        out.extend(self.node(full, Rule::per_full));
        out.extend(self.node(step, Rule::per_full));
        out.push(self.word("of", Rule::kw_of, Language::English));
        out.extend(self.node(amount, Rule::per_full));
        out.extend(self.all(tail.iter().copied(), Rule::earn));
        Some(out)
    }

    /// Constructs that have two orders beside these; only a translation changes them.
    fn two_orders(&self, node: &Node, children: &[&Node]) -> Option<Vec<Atom>> {
        let to = self.style.to?;
        if !self.plain(children.iter().skip(1).copied()) {
            return None;
        }
        let chinese = to == Language::Chinese;
        let word = |role, rule| self.word(role, rule, to);
        let part = |child: &Node| self.node(child, node.rule);
        let atoms: Vec<Vec<Atom>> = match (node.rule, children) {
            (Rule::lower_price, [first, what, lower_to, rest @ ..])
                if chinese && first.rule == Rule::kw_lower_price_of =>
            {
                vec![
                    vec![word("lower", Rule::kw_lower)],
                    part(what),
                    vec![word("de", Rule::kw_de), word("price", Rule::kw_price)],
                    part(lower_to),
                    self.all(rest.iter().copied(), node.rule),
                ]
            }
            (Rule::lower_price, [first, what, rest @ ..]) if !chinese && first.rule == Rule::kw_lower => vec![
                vec![word("lower_price_of", Rule::kw_lower_price_of)],
                self.of(&what.children).unwrap_or_else(|| part(what)),
                rest.iter()
                    .filter(|child| !matches!(child.rule, Rule::kw_de | Rule::kw_price))
                    .flat_map(|child| part(child))
                    .collect(),
            ],
            (Rule::within, [_, length, _, from]) if chinese => vec![
                vec![word("from", Rule::kw_from)],
                part(from),
                vec![word("from_end", Rule::kw_from_end)],
                part(length),
                vec![word("within_end", Rule::kw_within_end)],
            ],
            (Rule::between, [_, from, .., inside]) if !chinese && inside.rule == Rule::inside => vec![
                vec![word("within", Rule::kw_within)],
                self.all(inside.children.iter().take(1), Rule::within),
                vec![word("of", Rule::kw_of)],
                part(from),
            ],
            (Rule::nth, [ordinal]) if chinese && ordinal.rule == Rule::ordinal => {
                let number = self.source.word(ordinal.first).trim_end_matches(|c: char| c.is_ascii_alphabetic());
                let number = Atom { text: number.to_owned(), rule: Some(Rule::number), ..word("nth", Rule::number) };
                vec![vec![
                    word("ordinal_start", Rule::kw_ordinal_start),
                    number,
                    word("ordinal_end", Rule::kw_ordinal_end),
                ]]
            }
            (Rule::nth, [_, number, _]) if !chinese => {
                let text = words::ordinal(self.source.word(number.first));
                vec![vec![Atom { text, ..word("nth", Rule::ordinal) }]]
            }
            // 先总后细 says both halves.
            (Rule::totals_first, [totals, ..]) if chinese => vec![part(totals)],
            (Rule::totals_first, [totals, rest @ ..]) => vec![
                part(totals),
                match rest.is_empty() {
                    true => vec![
                        Atom { text: ",".to_owned(), ..word("comma", Rule::comma) },
                        word("details_on_mismatch", Rule::kw_details_on_mismatch),
                    ],
                    false => self.all(rest.iter().copied(), node.rule),
                },
            ],
            (Rule::nth_day, _) if has(node, Rule::kw_of_month) => {
                let month = children.iter().find(|child| child.rule == Rule::kw_of_month)?;
                let others = |calendar: bool| {
                    let wanted = children.iter().filter(move |child| {
                        child.rule != Rule::kw_of_month && (child.rule == Rule::calendar_of) == calendar
                    });
                    wanted.flat_map(|child| self.node(child, node.rule)).collect::<Vec<Atom>>()
                };
                if chinese {
                    vec![part(month), others(false), others(true)]
                } else {
                    vec![others(false), part(month), others(true)]
                }
            }
            (Rule::nth_of_month, [number, day]) if !chinese && number.rule == Rule::number => {
                vec![part(day), part(number)]
            }
            (Rule::nth_of_month, [day, number]) if chinese && number.rule == Rule::number => {
                vec![part(number), part(day)]
            }
            (Rule::first_use, [length, first]) if chinese && length.rule == Rule::length => {
                vec![part(first), part(length)]
            }
            (Rule::first_use, [first, length]) if !chinese && length.rule == Rule::length => {
                vec![part(length), part(first)]
            }
            (Rule::until_idle, [until, length, idle, ..]) if chinese && until.rule == Rule::kw_until => {
                vec![part(idle), part(length), vec![word("idle_end", Rule::kw_idle_end)]]
            }
            (Rule::until_idle, [idle, length, ..]) if !chinese && idle.rule == Rule::kw_idle => {
                vec![vec![word("until", Rule::kw_until)], part(length), part(idle)]
            }
            (Rule::finality, [last, length, close]) if chinese && last.rule == Rule::kw_final => {
                vec![part(close), part(length), part(last)]
            }
            (Rule::finality, [close, length, last]) if !chinese && close.rule == Rule::kw_after_close => {
                vec![part(last), part(length), part(close)]
            }
            _ => return None,
        };
        let mut out = atoms.concat();
        let leads = out.iter_mut().filter(|atom| atom.lead == Some(node.first));
        leads.for_each(|atom| atom.lead = None);
        out.first_mut()?.lead = Some(node.first);
        Some(out)
    }
}

fn has(node: &Node, rule: Rule) -> bool {
    node.children.iter().any(|child| child.rule == rule)
}

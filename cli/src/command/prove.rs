//! `earnest prove PROGRAMME`: what holds for every event, with the reasoning; and the promises in the text.

use crate::arguments::{Format, ProveArguments, ProveQuestion};
use crate::project::Project;
use crate::session::{Ending, Failure, Paint, Session};
use earnest_dsl::diagnostic::{Language, Text};
use earnest_dsl::lint::against;
use earnest_dsl::policy::{Policy, steps};
use earnest_dsl::prove::space::Witness;
use earnest_dsl::prove::{Kept, Proof, Question, Verdict, kept, prove};
use earnest_dsl::say;
use serde_json::{Value as Json, json};
use std::io::Write;

/// Prints what was proved of every version.
pub fn run(arguments: &ProveArguments, session: &Session) -> Result<Ending, Failure> {
    let opened = Project::find_one(&arguments.programme)?.load(&arguments.parameters.parameters);
    opened.tell_findings(session, arguments.format == Format::Json)?;
    let Some(programme) = opened.into_programme() else { return Ok(Ending::Findings) };
    let wanted: Vec<Question> = match arguments.question {
        Some(question) => vec![question_of(question)],
        None => Question::ALL.to_vec(),
    };
    let mut out = session.out();
    let mut versions: Vec<Json> = Vec::new();
    for engine in programme.versions() {
        let policy = engine.policy();
        let proofs: Vec<Proof> =
            prove(policy, &against(policy)).into_iter().filter(|one| wanted.contains(&one.question)).collect();
        let promises = kept(policy);
        match arguments.format {
            Format::Human => {
                let shown = Shown { policy, language: session.language, paint: session.paint() };
                if programme.versions().len() > 1 {
                    writeln!(out, "{}", shown.paint.strong(&policy.version()))?;
                }
                out.write_all(shown.page(&proofs, &promises).as_bytes())?;
            }
            Format::Json => versions.push(as_json(policy, &proofs, &promises)),
        }
    }
    if arguments.format == Format::Json {
        serde_json::to_writer_pretty(&mut out, &versions)?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(Ending::Fine)
}

fn question_of(question: ProveQuestion) -> Question {
    match question {
        ProveQuestion::Cost => Question::Cost,
        ProveQuestion::Return => Question::Return,
        ProveQuestion::Rising => Question::Rising,
        ProveQuestion::Splitting => Question::Splitting,
        ProveQuestion::Refund => Question::Refund,
        ProveQuestion::Bands => Question::Bands,
        ProveQuestion::Reachable => Question::Reachable,
    }
}

/// Proofs for people.
struct Shown<'a> {
    policy: &'a Policy,
    language: Language,
    paint: Paint,
}

impl Shown<'_> {
    fn page(&self, proofs: &[Proof], promises: &[Kept]) -> String {
        let mut text = String::new();
        if !promises.is_empty() {
            text.push_str(&self.heading(say!(self.language, "promises", "承诺")));
            for promise in promises {
                let place = self.policy.sources.place(promise.span);
                let verdict = say!(self.language, "proved", "已证明");
                let shown = promise.shown.get(self.language);
                text.push_str(&format!("  {} {shown}  {}\n", self.paint.good(&verdict), self.paint.dim(&place)));
            }
        }
        for question in Question::ALL {
            let here: Vec<&Proof> = proofs.iter().filter(|one| one.question == question).collect();
            if here.is_empty() {
                continue;
            }
            text.push_str(&self.heading(question.heading(self.language).to_owned()));
            for proof in here {
                text.push_str(&self.proof(proof));
            }
        }
        text
    }

    fn heading(&self, text: String) -> String {
        format!("{}\n", self.paint.strong(&text))
    }

    fn proof(&self, proof: &Proof) -> String {
        let claim = proof.claim.get(self.language);
        let mut text = format!("  {claim}: {}\n", self.verdict(&proof.verdict));
        if self.language == Language::Chinese {
            text = text.replacen(": ", "：", 1);
        }
        for reason in &proof.reasons {
            let place = self.policy.sources.place(reason.span);
            text.push_str(&format!("    {}  {}\n", reason.text.get(self.language), self.paint.dim(&place)));
        }
        let witnesses = match &proof.verdict {
            Verdict::Fails(_, witnesses) => witnesses.as_slice(),
            _ => &[],
        };
        for step in witnesses.iter().chain(&proof.witness).flat_map(|witness| told(self.policy, witness)) {
            text.push_str(&format!("    {}\n", self.paint.dim(&step)));
        }
        text
    }

    fn verdict(&self, verdict: &Verdict) -> String {
        match verdict {
            Verdict::Holds => self.paint.good(&say!(self.language, "holds", "成立")),
            Verdict::AtMost(most) => self.paint.strong(most.get(self.language)),
            Verdict::Unbounded(why) => {
                let why = why.get(self.language);
                self.paint.care(&say!(self.language, "unbounded, because {why}", "没有上限：{why}"))
            }
            Verdict::Fails(why, _) => {
                let why = why.get(self.language);
                self.paint.error(&say!(self.language, "does not hold: {why}", "不成立：{why}"))
            }
            Verdict::NotProved(why) => {
                let why = why.get(self.language);
                self.paint.care(&say!(self.language, "not proved: {why}", "未能证明：{why}"))
            }
        }
    }
}

/// A witness as steps of a test.
fn told(policy: &Policy, witness: &Witness) -> Vec<String> {
    let facts = witness.given.iter().filter_map(|given| steps::given(policy, given));
    facts.chain(steps::event(policy, witness.at, &witness.event)).collect()
}

fn both(text: &Text) -> Json {
    json!({ "en": text.en, "zh": text.zh })
}

fn as_json(policy: &Policy, proofs: &[Proof], promises: &[Kept]) -> Json {
    let reasons = |all: &mut dyn Iterator<Item = (&Text, String)>| -> Vec<Json> {
        all.map(|(text, place)| json!({ "text": both(text), "place": place })).collect()
    };
    let proofs: Vec<Json> = proofs
        .iter()
        .map(|proof| {
            let (detail, witnesses) = match &proof.verdict {
                Verdict::Holds => (None, vec![]),
                Verdict::AtMost(text) | Verdict::Unbounded(text) | Verdict::NotProved(text) => (Some(text), vec![]),
                Verdict::Fails(text, witnesses) => (Some(text), witnesses.iter().collect()),
            };
            let witnesses: Vec<Vec<String>> =
                witnesses.into_iter().chain(&proof.witness).map(|witness| told(policy, witness)).collect();
            let mut why = proof.reasons.iter().map(|one| (&one.text, policy.sources.place(one.span)));
            json!({
                "question": proof.question.name(),
                "claim": both(&proof.claim),
                "verdict": proof.verdict.name(),
                "detail": detail.map(both),
                "reasons": reasons(&mut why),
                "witness": witnesses,
            })
        })
        .collect();
    let promises: Vec<Json> = promises
        .iter()
        .map(|promise| {
            let mut why = promise.reasons.iter().map(|(text, span)| (text, policy.sources.place(*span)));
            json!({
                "place": policy.sources.place(promise.span),
                "holds": promise.holds,
                "shown": both(&promise.shown),
                "reasons": reasons(&mut why),
            })
        })
        .collect();
    json!({ "version": policy.version(), "hash": policy.hash(), "promises": promises, "proofs": proofs })
}

//! Inside a module: from the words of a frame to a decision, and to words again.
//!
//! A frame becomes the event that a host without a module would have read from JSON, by the same reader, so that it is checked as
//! that one is; what a lying host can reach is a refusal.

use crate::columns::{self, Told};
use crate::image::Image;
use crate::layout::{AS_TEXT, COUNTERS, FACTS, FieldLayout, Form, KindLayout, RECORDS, kinds};
use crate::shape;
use crate::words::{ABSENT, Broken, MOST, Reader, WORD, Writer};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta};
use earnest_dsl::policy::{KindId, Policy};
use earnest_interpreter::vm::columns::{Answers, Unfit};
use earnest_interpreter::{CounterValue, Counters, Engine, Event, Facts, InputError, Inputs, Record};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

/// The first word of an answer: it was decided.
pub const DECIDED: i64 = 0;
/// The first word of an answer: the input is wrong. A reference to the name of the field follows, and one to the reason.
pub const WRONG: i64 = 1;

/// The programme inside a module, ready to decide.
#[derive(Debug)]
pub struct Guest {
    versions: Vec<(Engine, Vec<KindLayout>)>,
    symbols: shape::Symbols,
}

/// What a frame says.
struct Asked<'g> {
    engine: &'g Engine,
    event: Event,
    facts: Facts,
    records: Vec<Record>,
    counters: Counters,
}

impl From<Broken> for InputError {
    fn from(broken: Broken) -> Self {
        Self { field: "frame".to_owned(), reason: broken.0 }
    }
}

fn bad(field: &str, reason: impl Into<String>) -> InputError {
    InputError { field: field.to_owned(), reason: reason.into() }
}

impl Guest {
    /// From the bytes of an [`Image`].
    ///
    /// # Errors
    /// They are not those of an image.
    pub fn new(image: &[u8]) -> Result<Self, String> {
        let image = Image::read(image)?;
        let symbols = shape::Symbols::of(image.versions.iter().map(|version| &version.policy));
        let with_layout = |engine: Engine| {
            let layout = kinds(engine.policy());
            (engine, layout)
        };
        Ok(Self { versions: image.engines().into_iter().map(with_layout).collect(), symbols })
    }

    /// The counters on which a decision depends: an answer with a list of references to keys.
    #[must_use]
    pub fn keys(&self, frame: &[u8]) -> Vec<u8> {
        let keys = self.asked(frame).and_then(|asked| {
            asked.engine.keys(&Inputs { event: &asked.event, facts: &asked.facts, records: &asked.records })
        });
        let mut out = Writer::default();
        let head = out.reserve(2);
        match keys {
            Ok(keys) => {
                let (at, list) = out.list(keys.len(), 1);
                for (number, key) in keys.iter().enumerate() {
                    let text = out.text(key);
                    out.set(at.saturating_add(number.saturating_mul(WORD)), text);
                }
                out.set(head, DECIDED);
                out.set(head.saturating_add(WORD), list);
                out.bytes()
            }
            Err(error) => wrong(&error),
        }
    }

    /// A decision: an answer in the shape of [`shape::DECISION`], the text of the record behind it.
    #[must_use]
    pub fn decide(&self, frame: &[u8]) -> Vec<u8> {
        let decided = self.asked(frame).and_then(|asked| {
            let inputs = Inputs { event: &asked.event, facts: &asked.facts, records: &asked.records };
            asked.engine.decide(&inputs, &asked.counters, false)
        });
        let written = decided.and_then(|decided| {
            let decision = serde_json::to_value(&decided.decision);
            let record = serde_json::to_string(&decided.record);
            let (Ok(decision), Ok(record)) = (decision, record) else { return Err(bad("decision", "it has no JSON")) };
            let mut out = Writer::default();
            let head = out.reserve(shape::DECISION.words().saturating_add(2));
            out.set(head, DECIDED);
            let text = out.text(&record);
            out.set(head.saturating_add(WORD), text);
            shape::write(&mut out, &self.symbols, &shape::DECISION, head.saturating_add(2 * WORD), &decision)?;
            Ok(out.bytes())
        });
        written.unwrap_or_else(|error| wrong(&error))
    }

    /// What rules give for many events of one kind: an answer as [`Told::write`] makes it.
    #[must_use]
    pub fn decide_batch(&self, columns: &[u8]) -> Vec<u8> {
        self.rows(columns).map_or_else(|error| wrong(&error), |told| told.write())
    }

    fn rows(&self, area: &[u8]) -> Result<Told, InputError> {
        let head = Reader::new(area);
        let place = |at: usize| head.word(at.saturating_mul(WORD)).map(|word| usize::try_from(word).ok());
        let (engine, _) = place(0)?
            .and_then(|version| self.versions.get(version))
            .ok_or_else(|| bad("version", "the programme has no version of this number"))?;
        let kind =
            place(1)?.map(KindId).ok_or_else(|| bad("type", "the version has no kind of event of this number"))?;
        let none = || bad("type", "events of this kind are not decided in columns");
        let plan =
            engine.plan().filter(|plan| columns::has(plan, kind)).and_then(|plan| plan.kind(kind)).ok_or_else(none)?;
        let columns = columns::read(engine.policy(), plan, area)?;
        let mut answers = Answers::default();
        let unfit = |unfit: Unfit| bad("frame", unfit.0);
        engine.decide_columns(kind, &columns, &mut answers).map_err(unfit)?;
        Ok(Told::of(plan, &answers))
    }

    fn asked(&self, frame: &[u8]) -> Result<Asked<'_>, InputError> {
        let area = Reader::new(frame);
        let word = |at: usize| area.word(at.saturating_mul(WORD));
        let place = |at: usize| word(at).map(|word| usize::try_from(word).ok());
        let (engine, layouts) = place(0)?
            .and_then(|version| self.versions.get(version))
            .ok_or_else(|| bad("version", "the programme has no version of this number"))?;
        let kind = place(1)?.and_then(|kind| layouts.get(kind));
        let kind = kind.ok_or_else(|| bad("type", "the version has no kind of event of this number"))?;
        let read = Read { area, policy: engine.policy() };
        let mut members = Map::new();
        read.fields(&kind.fields, 0, &mut members)?;
        members.insert("type".to_owned(), Json::String(kind.json.clone()));
        members.insert("at".to_owned(), Json::String(instant(word(2)?, word(3)?, word(4)?)?.to_rfc3339()));
        let id = area.text(word(5)?)?.ok_or_else(|| bad("id", "it is missing"))?;
        members.insert("id".to_owned(), Json::String(id.to_owned()));
        if let Some(customer) = area.text(word(6)?)? {
            members.insert("customer".to_owned(), Json::String(customer.to_owned()));
        }
        let mut event = engine.read(&members)?;
        if let Some(text) = area.text(word(7)?)? {
            event.json = serde_json::from_str(text).map_err(|_| bad("json", "it is no JSON object"))?;
        }
        let (facts, records, counters) = (read.facts(word(8)?)?, read.records(word(9)?)?, read.counters(word(10)?)?);
        Ok(Asked { engine, event, facts, records, counters })
    }
}

fn wrong(error: &InputError) -> Vec<u8> {
    let mut out = Writer::default();
    let head = out.reserve(3);
    out.set(head, WRONG);
    let field = out.text(&error.field);
    out.set(head.saturating_add(WORD), field);
    let reason = out.text(&error.reason);
    out.set(head.saturating_add(2 * WORD), reason);
    out.bytes()
}

fn instant(seconds: i64, nanoseconds: i64, offset: i64) -> Result<DateTime<FixedOffset>, InputError> {
    let out = || bad("at", "it is no instant");
    let offset = i32::try_from(offset).ok().and_then(FixedOffset::east_opt).ok_or_else(out)?;
    let nanoseconds = u32::try_from(nanoseconds).map_err(|_| out())?;
    Ok(DateTime::from_timestamp(seconds, nanoseconds).ok_or_else(out)?.with_timezone(&offset))
}

/// A frame that is read under a version.
struct Read<'a> {
    area: Reader<'a>,
    policy: &'a Policy,
}

impl Read<'_> {
    /// Fields as members of JSON; `first` is the offset of the first word of the frame or element.
    fn fields(&self, fields: &[FieldLayout], first: usize, members: &mut Map<String, Json>) -> Result<(), InputError> {
        for field in fields {
            let at = first.saturating_add(field.slot.saturating_mul(WORD));
            let (Some(name), word) = (field.json.first(), self.area.word(at)?) else { continue };
            // The lower half of a long number may be any word; its upper half is no marker.
            let marker =
                if matches!(field.form, Form::Wide { .. }) { self.area.word(at.saturating_add(WORD))? } else { word };
            let value = match marker {
                ABSENT => continue,
                MOST if field.most => Json::String("max".to_owned()),
                _ => self.value(&name.name, &field.form, at, word)?,
            };
            let value = match (&value, name.factor) {
                (Json::String(months), factor) if factor > 1 => Json::String(years(&name.name, months, factor)?),
                _ => value,
            };
            members.insert(name.name.clone(), value);
        }
        Ok(())
    }

    fn value(&self, name: &str, form: &Form, at: usize, word: i64) -> Result<Json, InputError> {
        let none = |what: &str| bad(name, format!("{word} is no {what}"));
        let text = match form {
            Form::Number { scale } => decimal(name, word.into(), *scale)?,
            Form::Wide { scale } => {
                let high = i128::from(self.area.word(at.saturating_add(WORD))?);
                let low = i128::from(word) & i128::from(u64::MAX);
                decimal(name, (high << 64) | low, *scale)?
            }
            Form::Flag => return Ok(Json::Bool(word == 1)),
            Form::Date => date(word).ok_or_else(|| none("date"))?.format("%Y-%m-%d").to_string(),
            Form::Time => {
                let second = u32::try_from(word.div_euclid(1_000_000_000)).ok();
                let time = second.and_then(|second| NaiveTime::from_num_seconds_from_midnight_opt(second, 0));
                time.ok_or_else(|| none("time of day"))?.format("%H:%M:%S").to_string()
            }
            Form::Instant => {
                let nanoseconds = self.area.word(at.saturating_add(WORD))?;
                instant(word, nanoseconds, 0)?.to_rfc3339()
            }
            Form::Enum { names } => {
                let declared = self.policy.enums.get(*names).ok_or_else(|| none("name"))?;
                let place = usize::try_from(word).map_err(|_| none("name"))?;
                match declared.values.get(place) {
                    Some(value) => value.title.name.clone(),
                    // What is no name is read as any other name of an open enum, and refused by one that is not open.
                    None => "*".to_owned(),
                }
            }
            Form::Code { digits } => {
                let width = usize::from(*digits);
                u64::try_from(word).map(|code| format!("{code:0>width$}")).map_err(|_| none("code"))?
            }
            Form::Text => self.area.text(word)?.unwrap_or_default().to_owned(),
            Form::List { words, members, .. } => {
                let mut list = Vec::new();
                for element in self.area.list(word, *words)? {
                    let mut object = Map::new();
                    self.fields(members, element, &mut object)?;
                    list.push(Json::Object(object));
                }
                return Ok(Json::Array(list));
            }
        };
        Ok(Json::String(text))
    }

    fn text(&self, at: usize) -> Result<&str, InputError> {
        Ok(self.area.text(self.area.word(at)?)?.unwrap_or_default())
    }

    fn facts(&self, list: i64) -> Result<Facts, InputError> {
        let mut all = Facts::new();
        for at in self.area.list(list, FACTS)? {
            let (subject, id) = (self.text(at)?, self.text(at.saturating_add(WORD))?);
            let facts = serde_json::from_str(self.text(at.saturating_add(2 * WORD))?);
            let facts = facts.map_err(|_| bad(subject, "its facts are no JSON object"))?;
            all.insert((subject.to_owned(), id.to_owned()), facts);
        }
        Ok(all)
    }

    fn records(&self, list: i64) -> Result<Vec<Record>, InputError> {
        let broken = |_| bad("records", "one is not as a decision gave it");
        let list = self.area.list(list, RECORDS)?;
        list.into_iter().map(|at| serde_json::from_str(self.text(at)?).map_err(broken)).collect()
    }

    fn counters(&self, list: i64) -> Result<Counters, InputError> {
        let mut all = Counters::new();
        for at in self.area.list(list, COUNTERS)? {
            let key = self.text(at)?;
            let (scale, value) = (self.area.word(at.saturating_add(WORD))?, at.saturating_add(2 * WORD));
            let value = if scale == AS_TEXT {
                let none = |_| bad(key, "the counter's value is not as a decision gave it");
                serde_json::from_str(self.text(value)?).map_err(none)?
            } else {
                let none = || bad(key, format!("a counter has no {scale} decimals"));
                let scale = u8::try_from(scale).map_err(|_| none())?;
                let number = Decimal::try_from_i128_with_scale(self.area.word(value)?.into(), scale.into());
                CounterValue::Number(number.map_err(|_| none())?)
            };
            all.insert(key.to_owned(), value);
        }
        Ok(all)
    }
}

fn decimal(name: &str, value: i128, scale: u8) -> Result<String, InputError> {
    let number = Decimal::try_from_i128_with_scale(value, scale.into());
    number.map(|number| number.to_string()).map_err(|_| bad(name, "it has more digits than an exact decimal holds"))
}

/// Months as the longer unit in which a field is given.
fn years(name: &str, months: &str, factor: u32) -> Result<String, InputError> {
    let years = months.parse::<Decimal>().ok().and_then(|months| months.checked_div(Decimal::from(factor)));
    years.map(|years| years.to_string()).ok_or_else(|| bad(name, "it is no length of time"))
}

fn date(days: i64) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(TimeDelta::try_days(days)?)
}

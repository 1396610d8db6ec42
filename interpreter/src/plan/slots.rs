//! Code under construction: the slots that it reads, its registers, sets and tables.

use super::op::{Op, Register};
use super::{BitSet, Code, Counted, CounterPlan, Form, Slot, Source, Table};
use earnest_dsl::policy::{Expr, Kind, KindId, Policy, Type};

/// Registers of intermediate values are numbered from here until all slots are known.
const LATER: u32 = 1 << 24;

/// What cannot be said in a plan.
pub(crate) type Planned<T> = Result<T, &'static str>;

/// The code of one kind of event under construction.
pub(crate) struct Builder<'p> {
    pub policy: &'p Policy,
    pub id: KindId,
    pub kind: &'p Kind,
    pub slots: Vec<Slot>,
    pub ops: Vec<Op>,
    pub sets: Vec<BitSet>,
    pub tables: Vec<Table>,
    pub counters: Vec<CounterPlan>,
    used: u32,
}

impl<'p> Builder<'p> {
    pub(crate) fn new(policy: &'p Policy, id: KindId, kind: &'p Kind) -> Self {
        let mut builder = Self {
            policy,
            id,
            kind,
            slots: vec![],
            ops: vec![],
            sets: vec![],
            tables: vec![],
            counters: vec![],
            used: 0,
        };
        builder.slot(Source::Date, Form::Date);
        builder.slot(Source::Time, Form::Time);
        builder
    }

    /// The register of something that the frame holds from the start.
    pub(crate) fn slot(&mut self, source: Source, form: Form) -> Register {
        let found = self.slots.iter().position(|slot| slot.source == source);
        let at = found.unwrap_or_else(|| {
            self.slots.push(Slot { source, form });
            self.slots.len() - 1
        });
        Register(u32::try_from(at).unwrap_or(LATER - 1))
    }

    /// The slot of a register, where it is one.
    pub(crate) fn slot_at(&self, register: Register) -> Option<&Slot> {
        self.slots.get(super::place(register.0))
    }

    pub(crate) fn date(&mut self) -> Register {
        self.slot(Source::Date, Form::Date)
    }

    pub(crate) fn time(&mut self) -> Register {
        self.slot(Source::Time, Form::Time)
    }

    /// A register for an intermediate value.
    pub(crate) fn fresh(&mut self) -> Register {
        let register = Register(LATER.saturating_add(self.used));
        self.used = self.used.saturating_add(1);
        register
    }

    pub(crate) fn emit(&mut self, op: Op) {
        self.ops.push(op);
    }

    /// An operation whose result goes to a new register.
    pub(crate) fn made(&mut self, op: impl FnOnce(Register) -> Op) -> Register {
        let to = self.fresh();
        self.ops.push(op(to));
        to
    }

    pub(crate) fn constant(&mut self, value: i64) -> Register {
        self.made(|to| Op::Constant { to, value })
    }

    pub(crate) fn set(&mut self, set: BitSet) -> u32 {
        index_of(&mut self.sets, set)
    }

    pub(crate) fn table(&mut self, table: Table) -> u32 {
        index_of(&mut self.tables, table)
    }

    /// The number of a counter.
    pub(crate) fn counter(&mut self, of: Counted, scale: u8) -> u32 {
        index_of(&mut self.counters, CounterPlan { of, scale })
    }

    /// The code that `make` emits, with its result.
    pub(crate) fn code(&mut self, make: impl FnOnce(&mut Self) -> Planned<Register>) -> Planned<Code> {
        let start = self.here();
        let result = make(self)?;
        Ok(Code { start, end: self.here(), result })
    }

    pub(crate) fn here(&self) -> u32 {
        u32::try_from(self.ops.len()).unwrap_or(u32::MAX)
    }

    /// A jump to be led on by [`Builder::land`].
    pub(crate) fn jump(&mut self, op: Op) -> usize {
        self.ops.push(op);
        self.ops.len() - 1
    }

    /// Leads jumps to the next operation.
    pub(crate) fn land(&mut self, jumps: &[usize]) {
        let here = self.ops.len();
        for at in jumps {
            let skipped = u32::try_from(here.saturating_sub(at.saturating_add(1))).unwrap_or(u32::MAX);
            if let Some(
                Op::Jump { ahead }
                | Op::JumpUnless { ahead, .. }
                | Op::JumpIf { ahead, .. }
                | Op::JumpKnown { ahead, .. },
            ) = self.ops.get_mut(*at)
            {
                *ahead = skipped;
            }
        }
    }

    /// A value that the plain evaluator computes before the frame is decided.
    pub(crate) fn outside(&mut self, expr: &Expr) -> Planned<Register> {
        let form = form_of(&expr.typed.ty, expr.typed.scale).ok_or("a value that is no number, date, flag or name")?;
        if expr.typed.quotient {
            return Err("a quotient");
        }
        Ok(self.slot(Source::Value(Box::new(expr.clone())), form))
    }

    /// Gives registers their final places, after the slots: how many there are, and where each one went.
    pub(crate) fn settle(&mut self) -> (usize, impl Fn(Register) -> Register + use<>) {
        let slots = u32::try_from(self.slots.len()).unwrap_or(LATER);
        let moved = move |register: Register| {
            if register.0 >= LATER { Register(register.0 - LATER + slots) } else { register }
        };
        for op in &mut self.ops {
            op.renumber(&moved);
        }
        (super::place(slots.saturating_add(self.used)), moved)
    }
}

fn index_of<T: PartialEq>(all: &mut Vec<T>, one: T) -> u32 {
    let at = all.iter().position(|held| *held == one).unwrap_or_else(|| {
        all.push(one);
        all.len() - 1
    });
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// How values of a type are written as integers; none for types that have no such form.
pub(crate) fn form_of(ty: &Type, scale: u8) -> Option<Form> {
    Some(match ty {
        Type::Money(_)
        | Type::Points(_)
        | Type::Quantity(_)
        | Type::Rate(..)
        | Type::Number
        | Type::Percent
        | Type::Count
        | Type::Multiple
        | Type::Term
        | Type::Days
        | Type::WorkingDays
        | Type::Minutes => Form::Number(scale),
        Type::Flag => Form::Flag,
        Type::Date => Form::Date,
        Type::Time => Form::Time,
        Type::Enum(id) => Form::Enum(*id),
        Type::Code(_) => Form::Code,
        Type::Instant
        | Type::Period(_)
        | Type::Tier(_)
        | Type::Text
        | Type::Subject(_)
        | Type::EventOf(_)
        | Type::List(_)
        | Type::Set(_) => return None,
    })
}

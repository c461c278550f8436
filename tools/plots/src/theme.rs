//! Colours.

use plotters::style::RGBColor;

/// The colours of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white.
    Light,
    /// Light on a dark ground.
    Dark,
}

pub(crate) struct Colours {
    pub ground: RGBColor,
    pub text: RGBColor,
    /// Of what is said beside it.
    pub note: RGBColor,
    pub grid: RGBColor,
    /// Of one curve after the other.
    pub curves: [RGBColor; 6],
    /// Of a value of 0, and of the largest below and above it.
    pub zero: RGBColor,
    pub negative: RGBColor,
    pub positive: RGBColor,
    pub wrong: RGBColor,
}

const fn rgb(hex: u32) -> RGBColor {
    RGBColor((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

static LIGHT: Colours = Colours {
    ground: rgb(0xffffff),
    text: rgb(0x1b1f24),
    note: rgb(0x59636e),
    grid: rgb(0xdfe3e8),
    curves: [rgb(0x1f5fbf), rgb(0xc8570a), rgb(0x2b8a3e), rgb(0x8a3fb5), rgb(0x0b7285), rgb(0xa61e4d)],
    zero: rgb(0xf3f4f6),
    negative: rgb(0xc8570a),
    positive: rgb(0x1f5fbf),
    wrong: rgb(0xc92a2a),
};

static DARK: Colours = Colours {
    ground: rgb(0x15181c),
    text: rgb(0xe9ecef),
    note: rgb(0xa3abb4),
    grid: rgb(0x343a41),
    curves: [rgb(0x6ea8fe), rgb(0xffa94d), rgb(0x69db7c), rgb(0xcc9bf5), rgb(0x3bc9db), rgb(0xfaa2c1)],
    zero: rgb(0x24282d),
    negative: rgb(0xff922b),
    positive: rgb(0x74b0ff),
    wrong: rgb(0xff8787),
};

impl Theme {
    /// Both.
    pub const ALL: [Theme; 2] = [Theme::Light, Theme::Dark];

    /// What the names of its files end with.
    pub fn suffix(self) -> &'static str {
        match self {
            Theme::Light => "",
            Theme::Dark => "-dark",
        }
    }

    pub(crate) fn colours(self) -> &'static Colours {
        match self {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }
}

impl Colours {
    /// Of a value from −1 to 1.
    pub fn signed(&self, value: f32) -> RGBColor {
        blend(self.zero, if value < 0.0 { self.negative } else { self.positive }, value.abs())
    }
}

/// A part of the way, from 0 to 1, from one colour to another.
pub(crate) fn blend(from: RGBColor, to: RGBColor, part: f32) -> RGBColor {
    let part = if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 };
    let channel = |from: u8, to: u8| (f32::from(from) + (f32::from(to) - f32::from(from)) * part).round() as u8;
    RGBColor(channel(from.0, to.0), channel(from.1, to.1), channel(from.2, to.2))
}

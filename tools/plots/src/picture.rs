//! A picture, and what all pictures are drawn with.

use std::sync::Once;

use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use plotters::backend::{BitMapBackend, SVGBackend};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, FontTransform, IntoFont, RGBColor, register_font};

use crate::sheet::{SCALE, Sheet};
use crate::theme::Colours;
use crate::{Error, Theme};

/// The pixels of a PNG for each unit of a picture.
const DENSITY: u32 = 2;

/// A picture that can be drawn.
pub struct Picture<'a> {
    /// What its file is called, without an extension.
    pub name: &'static str,
    /// What it shows, and what to look at.
    pub title: &'static str,
    pub(crate) size: (u32, u32),
    pub(crate) draw: Box<Draw<'a>>,
}

pub(crate) type Draw<'a> = dyn Fn(&Canvas) -> Result<(), Error> + 'a;

impl Picture<'_> {
    /// As SVG.
    ///
    /// # Errors
    ///
    /// [`Error::Drawing`].
    pub fn svg(&self, theme: Theme) -> Result<String, Error> {
        let mut text = String::new();
        self.draw(Sheet::Svg(SVGBackend::with_string(&mut text, self.size)), theme)?;
        Ok(text)
    }

    /// As the bytes of a PNG file, of two pixels for each unit of the SVG.
    ///
    /// # Errors
    ///
    /// [`Error::Drawing`].
    pub fn png(&self, theme: Theme) -> Result<Vec<u8>, Error> {
        let (width, height) = (self.size.0 * SCALE, self.size.1 * SCALE);
        let mut pixels = vec![0; 3 * (width * height) as usize];
        self.draw(Sheet::Pixels(BitMapBackend::with_buffer(&mut pixels, (width, height))), theme)?;
        let (pixels, width, height) = halved(&pixels, width as usize, height as usize);
        let mut bytes = Vec::new();
        let encoder = PngEncoder::new(&mut bytes);
        encoder.write_image(&pixels, width as u32, height as u32, ExtendedColorType::Rgb8).map_err(drawing)?;
        Ok(bytes)
    }

    fn draw(&self, sheet: Sheet, theme: Theme) -> Result<(), Error> {
        register_fonts();
        let (area, colours) = (sheet.into_drawing_area(), theme.colours());
        let canvas = Canvas { area, colours };
        canvas.fill((0, 0), (self.size.0 as i32, self.size.1 as i32), colours.ground)?; // `area.fill` leaves an edge
        (self.draw)(&canvas)?;
        canvas.area.present().map_err(drawing)
    }
}

/// What is drawn four times as large, at half its size: edges become smooth.
fn halved(pixels: &[u8], width: usize, height: usize) -> (Vec<u8>, usize, usize) {
    let by = (SCALE / DENSITY) as usize;
    let (to_width, to_height) = (width / by, height / by);
    let value = |n: usize| {
        let (pixel, channel) = (n / 3, n % 3);
        let (x, y) = (pixel % to_width * by, pixel / to_width * by);
        let all = (0..by * by).map(|m| u32::from(pixels[3 * ((y + m / by) * width + x + m % by) + channel]));
        (all.sum::<u32>() as f32 / (by * by) as f32).round() as u8
    };
    ((0..3 * to_width * to_height).map(value).collect(), to_width, to_height)
}

/// The fonts are part of the program: a machine without any draws the same.
fn register_fonts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let fonts = [(FontStyle::Normal, dejavu::sans::regular()), (FontStyle::Bold, dejavu::sans::bold())];
        for (style, bytes) in fonts {
            let _ = register_font("sans-serif", style, bytes); // what is wrong with a font is found when it is used
        }
    });
}

pub(crate) fn drawing(error: impl std::fmt::Display) -> Error {
    Error::Drawing(error.to_string())
}

/// What a picture is drawn on.
pub(crate) struct Canvas<'a> {
    pub area: DrawingArea<Sheet<'a>, Shift>,
    pub colours: &'static Colours,
}

/// Where a text stands relative to its place.
#[derive(Clone, Copy)]
pub(crate) enum At {
    /// It begins there; the place is the middle of its left edge.
    Left,
    Centre,
    Right,
    /// Upwards, its centre there.
    Up,
    /// Upwards, it begins there.
    UpFrom,
}

impl Canvas<'_> {
    pub fn text(&self, text: &str, at: (i32, i32), size: u32, colour: RGBColor, how: At) -> Result<(), Error> {
        self.styled(text, at, size, colour, how, FontStyle::Normal)
    }

    /// The picture's title, and a line below it.
    pub fn title(&self, title: &str, note: &str) -> Result<(), Error> {
        self.styled(title, (24, 26), 22, self.colours.text, At::Left, FontStyle::Bold)?;
        self.text(note, (24, 52), 15, self.colours.note, At::Left)
    }

    fn styled(
        &self,
        text: &str,
        at: (i32, i32),
        size: u32,
        colour: RGBColor,
        how: At,
        style: FontStyle,
    ) -> Result<(), Error> {
        let horizontal = match how {
            At::Left | At::UpFrom => HPos::Left,
            At::Centre | At::Up => HPos::Center,
            At::Right => HPos::Right,
        };
        let font = ("sans-serif", size, style).into_font();
        let font = if matches!(how, At::Up | At::UpFrom) { font.transform(FontTransform::Rotate270) } else { font };
        let style = font.color(&colour).pos(Pos::new(horizontal, VPos::Center));
        self.area.draw(&Text::new(text.to_string(), at, style)).map_err(drawing)
    }

    /// A filled rectangle.
    pub fn fill(&self, (x, y): (i32, i32), (width, height): (i32, i32), colour: RGBColor) -> Result<(), Error> {
        self.area.draw(&Rectangle::new([(x, y), (x + width, y + height)], colour.filled())).map_err(drawing)
    }

    /// An image of height and width, `cell` units for each pixel; neighbours of one colour are one rectangle.
    pub fn image(
        &self,
        (x, y): (i32, i32),
        (height, width): (usize, usize),
        cell: i32,
        colour: impl Fn(usize, usize) -> RGBColor,
    ) -> Result<(), Error> {
        for row in 0..height {
            let mut first = 0;
            while first < width {
                let here = colour(row, first);
                let end = (first + 1..width).find(|&column| colour(row, column) != here).unwrap_or(width);
                let at = (x + cell * first as i32, y + cell * row as i32);
                self.fill(at, (cell * (end - first) as i32, cell), here)?;
                first = end;
            }
        }
        Ok(())
    }
}

//! What a picture is drawn on, whichever file it becomes: SVG, or pixels, four for each of its units and direction.

use std::io;

use plotters::backend::{BitMapBackend, SVGBackend};
use plotters::style::{FontDesc, TextStyle};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};

/// Pixels that are drawn for each unit.
pub const SCALE: u32 = 4;

pub enum Sheet<'a> {
    Svg(SVGBackend<'a>),
    Pixels(BitMapBackend<'a>),
}

type Drawn = Result<(), DrawingErrorKind<io::Error>>;

/// The backends' own errors are of two types.
fn told<T, E: std::error::Error + Send + Sync + 'static>(
    result: Result<T, DrawingErrorKind<E>>,
) -> Result<T, DrawingErrorKind<io::Error>> {
    result.map_err(|error| DrawingErrorKind::DrawingError(io::Error::other(error.to_string())))
}

fn scaled((x, y): BackendCoord) -> BackendCoord {
    (x * SCALE as i32, y * SCALE as i32)
}

struct Scaled<'s, S>(&'s S);

impl<S: BackendStyle> BackendStyle for Scaled<'_, S> {
    fn color(&self) -> BackendColor {
        self.0.color()
    }

    fn stroke_width(&self) -> u32 {
        SCALE * self.0.stroke_width()
    }
}

fn scaled_text<S: BackendTextStyle>(style: &S) -> TextStyle<'_> {
    let font = FontDesc::new(style.family(), style.size() * f64::from(SCALE), style.style());
    TextStyle { font: font.transform(style.transform()), color: style.color(), pos: style.anchor() }
}

impl DrawingBackend for Sheet<'_> {
    type ErrorType = io::Error;

    fn get_size(&self) -> (u32, u32) {
        match self {
            Sheet::Svg(svg) => svg.get_size(),
            Sheet::Pixels(pixels) => {
                let (width, height) = pixels.get_size();
                (width / SCALE, height / SCALE)
            }
        }
    }

    fn ensure_prepared(&mut self) -> Drawn {
        match self {
            Sheet::Svg(svg) => told(svg.ensure_prepared()),
            Sheet::Pixels(pixels) => told(pixels.ensure_prepared()),
        }
    }

    fn present(&mut self) -> Drawn {
        match self {
            Sheet::Svg(svg) => told(svg.present()),
            Sheet::Pixels(pixels) => told(pixels.present()),
        }
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        match self {
            Sheet::Svg(svg) => told(svg.draw_pixel(point, color)),
            Sheet::Pixels(_) => self.draw_rect(point, (point.0 + 1, point.1 + 1), &color, true),
        }
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        match self {
            Sheet::Svg(svg) => told(svg.draw_line(from, to, style)),
            Sheet::Pixels(pixels) => told(pixels.draw_path([scaled(from), scaled(to)], &Scaled(style))),
        }
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Drawn {
        match self {
            Sheet::Svg(svg) => told(svg.draw_rect(from, to, style, fill)),
            Sheet::Pixels(pixels) if fill => told(pixels.draw_rect(scaled(from), scaled(to), &Scaled(style), true)),
            Sheet::Pixels(_) => {
                let corners = [from, (to.0, from.1), to, (from.0, to.1), from];
                self.draw_path(corners, style)
            }
        }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        match self {
            Sheet::Svg(svg) => told(svg.draw_path(path, style)),
            Sheet::Pixels(pixels) => told(pixels.draw_path(path.into_iter().map(scaled), &Scaled(style))),
        }
    }

    fn draw_circle<S: BackendStyle>(&mut self, centre: BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        match self {
            Sheet::Svg(svg) => told(svg.draw_circle(centre, radius, style, fill)),
            Sheet::Pixels(pixels) => told(pixels.draw_circle(scaled(centre), SCALE * radius, &Scaled(style), fill)),
        }
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        match self {
            Sheet::Svg(svg) => told(svg.fill_polygon(path, style)),
            Sheet::Pixels(pixels) => told(pixels.fill_polygon(path.into_iter().map(scaled), &Scaled(style))),
        }
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        match self {
            Sheet::Svg(svg) => told(svg.draw_text(text, style, at)),
            Sheet::Pixels(pixels) => told(pixels.draw_text(text, &scaled_text(style), scaled(at))),
        }
    }
}

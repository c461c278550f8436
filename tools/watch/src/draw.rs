//! Drawing a view.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Axis, Block, Chart, Dataset, Gauge, GraphType, Paragraph};
use runs::{Epoch, Sample};

use crate::View;
use crate::picture::{WIDTH, picture};
use crate::view::measures;

const TRAINING: Color = Color::Cyan;
const VALIDATION: Color = Color::Yellow;

/// Draws a view on the whole of a frame, whatever its size: what does not fit is left out.
pub fn draw(frame: &mut Frame, view: &View) {
    let [head, body] = Layout::vertical([Constraint::Length(3), Constraint::Min(0)]).areas(frame.area());
    draw_head(frame, view, head);
    if body.height < 6 || body.width < 30 {
        return;
    }
    let has_samples = !view.worst.is_empty() || !view.counts.is_empty();
    let (curves, images) = if has_samples && body.width >= 72 {
        let [curves, images] = Layout::horizontal([Constraint::Percentage(50), Constraint::Min(0)]).areas(body);
        (curves, Some(images))
    } else if has_samples && body.height >= 30 {
        let [curves, images] = Layout::vertical([Constraint::Percentage(50), Constraint::Min(0)]).areas(body);
        (curves, Some(images))
    } else {
        (body, None)
    };
    draw_curves(frame, view, curves);
    if let Some(images) = images {
        draw_images(frame, view, images);
    }
}

/// Three lines: how far it is, how well it does, how fast it is.
fn draw_head(frame: &mut Frame, view: &View, area: Rect) {
    let [bar, now, speed] = Layout::vertical([Constraint::Length(1); 3]).areas(area);
    let (epoch, last) = (view.now.map(|(epoch, _)| epoch as usize + 1), view.epochs.last());
    let epoch = epoch.or(last.map(|epoch| epoch.epoch as usize + 1)).unwrap_or(0);
    let of = view.of_epochs.max(epoch).max(1);
    let done = last.map_or(0, |epoch| epoch.epoch as usize + 1);
    let label = format!("{}, epoch {epoch} of {of}", view.head.network);
    let gauge = Gauge::default().ratio((done as f64 / of as f64).min(1.0)).label(label);
    frame.render_widget(gauge.gauge_style(Style::new().fg(Color::Blue).bg(Color::Indexed(236))), bar);

    let mut spans = vec![Span::raw("training ").fg(TRAINING)];
    match (view.now, last) {
        (Some((_, metrics)), _) => {
            let accuracy = Some(metrics.accuracy()).filter(|accuracy| !accuracy.is_nan());
            spans.push(Span::raw(measures(Some(metrics.loss()), accuracy)));
        }
        (None, Some(last)) => spans.push(Span::raw(measures(Some(last.loss), last.accuracy))),
        (None, None) => spans.push(Span::raw("has not begun")),
    }
    if let Some(Epoch { validation_loss: loss @ Some(_), validation_accuracy, .. }) = last {
        spans.push(Span::raw("   validation ").fg(VALIDATION));
        spans.push(Span::raw(measures(*loss, *validation_accuracy)));
    }
    frame.render_widget(Line::from(spans), now);

    let mut parts = vec![if view.has_ended { "done: q leaves" } else { "q leaves" }.to_string(), time(view.seconds)];
    parts.extend(view.speed.map(|speed| format!("{speed:.0} images/s")));
    parts.push(format!("parameters {}", bytes(4 * view.head.parameters)));
    parts.push(format!("training {}", bytes(view.head.training_bytes)));
    parts.extend(resident().map(|resident| format!("process {}", bytes(resident))));
    frame.render_widget(Line::from(parts.join("  ")).dim(), speed);
}

fn time(seconds: f64) -> String {
    let seconds = seconds as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{}:{:02} min", seconds / 60, seconds % 60),
        _ => format!("{}:{:02} h", seconds / 3600, seconds / 60 % 60),
    }
}

fn bytes(bytes: usize) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

/// The bytes of memory that the process occupies, where the system says so in a file.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<usize>().ok().map(|kilo| 1024 * kilo)
}

fn draw_curves(frame: &mut Frame, view: &View, area: Rect) {
    let point = |epoch: &Epoch, value: Option<f32>| value.map(|value| (epoch.epoch as f64 + 1.0, f64::from(value)));
    let points = |value: &dyn Fn(&Epoch) -> Option<f32>| -> Vec<_> {
        view.epochs.iter().filter_map(|epoch| point(epoch, value(epoch))).collect()
    };
    let losses = [points(&|epoch| Some(epoch.loss)), points(&|epoch| epoch.validation_loss)];
    let accuracies = [points(&|epoch| epoch.accuracy), points(&|epoch| epoch.validation_accuracy)];
    let all = |curves: &[Vec<(f64, f64)>; 2]| curves.concat().into_iter().map(|(_, y)| y).collect::<Vec<_>>();
    let most = all(&losses).into_iter().fold(0.0, f64::max);
    let least = all(&accuracies).into_iter().fold(1.0, f64::min);

    let loss = |area, frame: &mut Frame| {
        let top = if most > 0.0 { most } else { 1.0 };
        draw_chart(frame, view, area, "loss", &losses, [0.0, top], |value| format!("{value:.2}"));
    };
    if accuracies.iter().all(Vec::is_empty) || area.height < 12 {
        return loss(area, frame);
    }
    let [above, below] = Layout::vertical([Constraint::Percentage(50), Constraint::Min(0)]).areas(area);
    loss(above, frame);
    let bounds = [(10.0 * least).floor() / 10.0, 1.0];
    let bounds = if bounds[0] < 1.0 { bounds } else { [0.9, 1.0] };
    draw_chart(frame, view, below, "accuracy", &accuracies, bounds, |value| format!("{:.0} %", 100.0 * value));
}

fn draw_chart(
    frame: &mut Frame,
    view: &View,
    area: Rect,
    name: &str,
    curves: &[Vec<(f64, f64)>; 2],
    bounds: [f64; 2],
    label: impl Fn(f64) -> String,
) {
    let title = Line::from(vec![
        Span::raw(format!(" {name}: ")),
        Span::raw("training ").fg(TRAINING),
        Span::raw("validation ").fg(VALIDATION),
    ]);
    let datasets =
        curves.iter().zip([TRAINING, VALIDATION]).filter(|(curve, _)| !curve.is_empty()).map(|(curve, colour)| {
            let kind = if curve.len() == 1 { GraphType::Scatter } else { GraphType::Line };
            Dataset::default().marker(Marker::Braille).graph_type(kind).style(Style::new().fg(colour)).data(curve)
        });
    let first = view.epochs.first().map_or(1.0, |epoch| epoch.epoch as f64 + 1.0);
    let last =
        (view.of_epochs as f64).max(view.epochs.last().map_or(0.0, |epoch| epoch.epoch as f64 + 1.0)).max(first + 1.0);
    let middle = (bounds[0] + bounds[1]) / 2.0;
    let (x, y) = ([first, last], [bounds[0], middle, bounds[1]]);
    let chart = Chart::new(datasets.collect())
        .block(Block::bordered().title(title))
        .x_axis(
            Axis::default()
                .title("epoch")
                .bounds(x)
                .labels(x.map(|value| format!("{value}")))
                .style(Style::new().dim()),
        )
        .y_axis(Axis::default().bounds(bounds).labels(y.map(&label)).style(Style::new().dim()));
    frame.render_widget(chart, area);
}

fn draw_images(frame: &mut Frame, view: &View, area: Rect) {
    let confusion = confusion(view, usize::from(area.width.saturating_sub(2)), usize::from(area.height / 2 + 2));
    if confusion.is_empty() {
        return draw_worst(frame, view, area);
    }
    let height = confusion.len() as u16 + 2;
    let [above, below] = Layout::vertical([Constraint::Length(height), Constraint::Min(0)]).areas(area);
    let title = format!(" {} of {} images: rows are what they are ", view.read, view.of_images);
    frame.render_widget(Paragraph::new(confusion).block(Block::bordered().title(title)), above);
    draw_worst(frame, view, below);
}

/// The confusion matrix, or, where it is wider than `width` or higher than `height`, what is most often confused.
fn confusion(view: &View, width: usize, height: usize) -> Vec<Line<'static>> {
    let counts = &view.counts;
    let classes = counts.len();
    let most = counts.iter().flatten().copied().max().unwrap_or(0);
    let name = |class: usize, width: usize| view.head.class(class).chars().take(width).collect::<String>();
    let names = (0..classes).map(|class| view.head.class(class).chars().count()).max().unwrap_or(0).min(10);
    let least = most.to_string().len().max(classes.saturating_sub(1).to_string().len()).max(2) + 1;
    // as wide as the names, where there is room for that
    let cell = least.max(names + 1).min((width.saturating_sub(names) / classes.max(1)).max(least));
    if classes == 0 {
        return Vec::new();
    }
    if names + classes * cell > width || classes + 1 > height {
        let pairs = (0..classes).flat_map(|label| (0..classes).map(move |class| (label, class)));
        let mut pairs: Vec<_> = pairs.filter(|&(a, b)| a != b && counts[a][b] > 0).collect();
        pairs.sort_by_key(|&(a, b)| std::cmp::Reverse(counts[a][b]));
        let text = |(a, b): (usize, usize)| format!("{:>5}  {} read as {}", counts[a][b], name(a, 16), name(b, 16));
        return pairs.into_iter().take(height.saturating_sub(2).max(1)).map(|pair| Line::raw(text(pair))).collect();
    }
    let heads = (0..classes).map(|class| Span::raw(format!("{:>cell$}", name(class, cell - 1))).dim());
    let heads = [Span::raw(" ".repeat(names))].into_iter().chain(heads).collect::<Line>();
    let row = |label: usize| {
        let all: usize = counts[label].iter().sum();
        let cells = (0..classes).map(|class| {
            let count = counts[label][class];
            let share = count as f32 / all.max(1) as f32;
            let text = if count == 0 { "·".into() } else { count.to_string() };
            let span = Span::raw(format!("{text:>cell$}"));
            match (count, label == class) {
                (0, _) => span.dim(),
                // from dark to light in the cube of 6 × 6 × 6 colours
                (_, true) => span.fg(Color::White).bg(Color::Indexed(16 + 6 * (1 + (2.0 * share) as u8))),
                (_, false) => span.fg(Color::White).bg(Color::Indexed(16 + 36 * (1 + (4.0 * share) as u8))),
            }
        });
        let name = Span::raw(format!("{:names$}", name(label, names))).dim();
        [name].into_iter().chain(cells).collect::<Line>()
    };
    [heads].into_iter().chain((0..classes).map(row)).collect()
}

/// The images with the largest losses, as many as fit.
fn draw_worst(frame: &mut Frame, view: &View, area: Rect) {
    let block = Block::bordered().title(" most wrong ");
    let inner = block.inner(area);
    if inner.height < 1 || view.worst.is_empty() {
        return;
    }
    frame.render_widget(block, area);
    let caption = |sample: &Sample| match (sample.label, sample.class(), sample.confidence()) {
        (Some(label), Some(class), Some(chance)) => {
            format!("{} → {} {:.0} %", view.head.class(label), view.head.class(class), 100.0 * chance)
        }
        _ => format!("loss {:.3}", sample.loss),
    };
    let captions: Vec<String> = view.worst.iter().map(caption).collect();
    let mut pictures: Vec<_> = view.worst.iter().map(|sample| picture(&view.head.input, &sample.pixels)).collect();
    if pictures.iter().any(|picture| picture.len() >= usize::from(inner.height)) {
        pictures.iter_mut().for_each(Vec::clear); // captions alone
    }
    let lines = pictures.iter().map(Vec::len).max().unwrap_or(0);
    let widest = pictures.iter().flatten().map(Line::width).max().unwrap_or(0);
    let wide = captions.iter().map(|caption| caption.chars().count()).max().unwrap_or(0).min(WIDTH + 4).max(widest) + 2;
    let high = if lines == 0 { 1 } else { lines + 2 }; // with a line between pictures
    let (columns, rows) =
        ((usize::from(inner.width) + 2) / wide, (usize::from(inner.height) + high - lines - 1) / high);
    for (n, (caption, picture)) in captions.into_iter().zip(pictures).take(columns * rows).enumerate() {
        let (x, y) = (inner.x + (n % columns * wide) as u16, inner.y + (n / columns * high) as u16);
        let place = Rect::new(x, y, (wide - 2) as u16, lines as u16 + 1).intersection(inner);
        let text: Vec<Line> = [Line::raw(caption)].into_iter().chain(picture).collect();
        frame.render_widget(Paragraph::new(text), place);
    }
}

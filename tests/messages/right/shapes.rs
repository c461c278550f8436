use const_cnn::{Network, network};

network! {
    /// Pools, borders and sizes, in each way that they are written.
    pub struct Net: [3, 20, 13] => [12] {
        pad: pad2d(1),
        pad_by_axis: pad2d((1, 0), replicate),
        pad_by_side: pad2d((0, 1, 2, 0), reflect,),
        crop: crop(1),
        crop_by_axis: crop((1, 0)),
        crop_by_side: crop((0, 1, 2, 0),),
        max: max_pool2d((2, 3), ceil, stride 1, padding same),
        mean: avg_pool2d(3, no count, padding (1, 0, 1, 1), ceil, stride (2, 1), dilation 1,),
        up: upsample(2),
        up_by_axis: upsample((1, 2), nearest),
        up_between: upsample(1, bilinear),
        half: max_pool2d(SIZE - 1, stride { SIZE - 1 }),
        attention: gate { mean: global_avg_pool, dense: linear(3) },
        both: concat { mean { mean: global_avg_pool }, max { max: global_max_pool } },
        dense: linear(12),
    }
}

network! {
    /// The same over sequences.
    pub struct Line: [3, 20] => [3] {
        causal: max_pool1d(3, stride 1, padding (2, 0)),
        same: avg_pool1d(3, stride 2, padding same, no count),
        up: avg_pool1d(3, ceil, padding 1),
        dilated: max_pool1d(2, dilation 2, stride 1,),
        max: global_max_pool,
    }
}

const SIZE: usize = 3;

const fn assert_sizes(rows: &[const_cnn::Row], sizes: &[&[usize]]) {
    let mut n = 0;
    while n < sizes.len() {
        assert!(const_cnn::Dims::new(rows[n].output).same(const_cnn::Dims::new(sizes[n])));
        n += 1;
    }
    assert!(rows.len() == sizes.len());
}

const _: () = assert_sizes(
    Net::LAYERS,
    &[
        &[3, 22, 15],
        &[3, 24, 15],
        &[3, 25, 17],
        &[3, 23, 15],
        &[3, 21, 15],
        &[3, 20, 13],
        &[3, 20, 13],
        &[3, 10, 13],
        &[3, 20, 26],
        &[3, 20, 52],
        &[3, 20, 52],
        &[3, 10, 26],
        &[3, 10, 26],
        &[6],
        &[12],
    ],
);

const _: () = assert_sizes(Line::LAYERS, &[&[3, 20], &[3, 10], &[3, 4], &[3, 2], &[3]]);

fn main() {
    println!("{}{}", Net::table(), Line::table());
}

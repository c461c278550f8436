use const_cnn::network;

network! {
    pub struct Deep: [2, 5, 6] => [2, 5, 6] {
        conv0: conv2d(2, kernel 3, stride 1, padding 1),
        conv1: conv2d(2, kernel 3, stride 1, padding 1),
        conv2: conv2d(2, kernel 3, stride 1, padding 1),
        conv3: conv2d(2, kernel 3, stride 1, padding 1),
        conv4: conv2d(2, kernel 3, stride 1, padding 1),
        conv5: conv2d(2, kernel 3, stride 1, padding 1),
        conv6: conv2d(2, kernel 3, stride 1, padding 1),
        conv7: conv2d(2, kernel 3, stride 1, padding 1),
        conv8: conv2d(2, kernel 3, stride 1, padding 1),
        conv9: conv2d(2, kernel 3, stride 1, padding 1),
        conv10: conv2d(2, kernel 3, stride 1, padding 1),
        conv11: conv2d(2, kernel 3, stride 1, padding 1),
        conv12: conv2d(2, kernel 3, stride 1, padding 1),
        conv13: conv2d(2, kernel 3, stride 1, padding 1),
        conv14: conv2d(2, kernel 3, stride 1, padding 1),
        conv15: conv2d(2, kernel 3, stride 1, padding 1),
        conv16: conv2d(2, kernel 3, stride 1, padding 1),
        conv17: conv2d(2, kernel 3, stride 1, padding 1),
        conv18: conv2d(2, kernel 3, stride 1, padding 1),
        conv19: conv2d(2, kernel 3, stride 1, padding 1),
        conv20: conv2d(2, kernel 3, stride 1, padding 1),
        conv21: conv2d(2, kernel 3, stride 1, padding 1),
        conv22: conv2d(2, kernel 3, stride 1, padding 1),
        conv23: conv2d(2, kernel 3, stride 1, padding 1),
        conv24: conv2d(2, kernel 3, stride 1, padding 1),
        conv25: conv2d(2, kernel 3, stride 1, padding 1),
        conv26: conv2d(2, kernel 3, stride 1, padding 1),
        conv27: conv2d(2, kernel 3, stride 1, padding 1),
        conv28: conv2d(2, kernel 3, stride 1, padding 1),
        conv29: conv2d(2, kernel 3, stride 1, padding 1),
        conv30: conv2d(2, kernel 3, stride 1, padding 1),
        conv31: conv2d(2, kernel 3, stride 1, padding 1),
    }
}

fn main() {
    println!("{}", Deep::table());
}

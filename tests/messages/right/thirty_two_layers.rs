use const_cnn::network;

network! {
    pub struct Deep: [3, 16, 16] => [10] {
        conv0a: conv2d(4, kernel 3, padding 1),
        relu0a: relu,
        conv0b: conv2d(4, kernel 3, padding 1),
        relu0b: relu,
        conv1a: conv2d(4, kernel 3, padding 1),
        relu1a: relu,
        conv1b: conv2d(4, kernel 3, padding 1),
        relu1b: relu,
        conv2a: conv2d(4, kernel 3, padding 1),
        relu2a: relu,
        conv2b: conv2d(4, kernel 3, padding 1),
        relu2b: relu,
        conv3a: conv2d(4, kernel 3, padding 1),
        relu3a: relu,
        conv3b: conv2d(4, kernel 3, padding 1),
        relu3b: relu,
        conv4a: conv2d(4, kernel 3, padding 1),
        relu4a: relu,
        conv4b: conv2d(4, kernel 3, padding 1),
        relu4b: relu,
        conv5a: conv2d(4, kernel 3, padding 1),
        relu5a: relu,
        conv5b: conv2d(4, kernel 3, padding 1),
        relu5b: relu,
        conv6a: conv2d(4, kernel 3, padding 1),
        relu6a: relu,
        conv6b: conv2d(4, kernel 3, padding 1),
        relu6b: relu,
        pool: max_pool2d(2),
        flatten: flatten,
        dense: linear(10),
        chances: softmax,
    }
}

fn main() {
    println!("{}", Deep::table());
}

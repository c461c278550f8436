const_cnn::network! {
    pub struct Net: [2] => [18] {
        all: concat {
            a { relu: relu },
            b { relu: relu },
            c { relu: relu },
            d { relu: relu },
            e { relu: relu },
            f { relu: relu },
            g { relu: relu },
            h { relu: relu },
            //~ a `concat` has at most eight branches
            i { relu: relu },
        },
    }
}

fn main() {}

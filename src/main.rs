//! The program: see `loquet --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    loquet::cli::main()
}

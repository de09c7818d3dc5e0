import CProcess

/// The words that the program was started with.
package enum ProgramArguments {
    /// The words after the program's name, as they were given.
    ///
    /// Swift's `CommandLine.arguments` is empty where `/proc` is not mounted, and the program would show its help instead of serving.
    package static let all: [String] = (1..<max(1, Int(cproc_argument_count()))).compactMap { index in
        // Safety: the kernel's words live as long as the process, end with a zero, and are copied at once.
        unsafe cproc_argument(Int32(index)).map { unsafe String(cString: $0) }
    }
}

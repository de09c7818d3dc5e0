import Glibc

/// A program that a test runs, with its output in files.
///
/// Not Foundation's `Process`, of which the leak checker finds a few bytes. A class because it owns the process.
package final class ChildProcess {
    /// Why a program could not be started.
    package struct Failure: Error {
        let program: String
        let errno: Int32
    }

    /// Where a standard stream leads; files are made anew.
    package enum Stream {
        case file(String)
        /// An open descriptor, which stays the caller's.
        case descriptor(Int32)
    }

    /// The process's id.
    package let id: Int32
    private var status: Int32?

    /// Starts a program, which inherits nothing but the environment and the given streams.
    package init(_ program: String, _ arguments: [String], input: String = "/dev/null", output: Stream, errors: Stream) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        for (number, stream) in [(1, output), (2, errors)] as [(Int32, Stream)] {
            switch stream {
            case .file(let path): unsafe posix_spawn_file_actions_addopen(&actions, number, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            case .descriptor(let descriptor): unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, number)
            }
        }
        // Closing what is not open is no error here.
        for descriptor: Int32 in 3..<1024 { unsafe posix_spawn_file_actions_addclose(&actions, descriptor) }
        // The tests ignore broken pipes; the program has to do so by itself.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var reset = sigset_t()
        unsafe sigemptyset(&reset)
        unsafe sigaddset(&reset, SIGPIPE)
        unsafe posix_spawnattr_setsigdefault(&attributes, &reset)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        // Safety: `posix_spawn` reads the copied strings during the call; they are freed after it.
        let strings: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map { (text: String) in unsafe strdup(text) }
        defer { unsafe strings.forEach { unsafe free($0) } }
        var id: pid_t = 0
        let result = unsafe posix_spawn(&id, program, &actions, &attributes, strings + [nil], environ)
        guard result == 0 else { throw Failure(program: program, errno: result) }
        self.id = id
    }

    deinit {
        guard status == nil else { return }
        kill(id, SIGKILL)
        waitForEnd()
    }

    /// Sends a signal.
    package func signal(_ number: Int32) {
        if status == nil { kill(id, number) }
    }

    /// Waits for the end and returns the exit code; minus the signal's number when a signal ended it.
    @discardableResult
    package func waitForEnd() -> Int32 {
        var status = self.status ?? 0
        if self.status == nil {
            while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
            self.status = status
        }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
    }
}

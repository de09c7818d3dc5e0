import Platform

/// Runs exec plugins as programs of this machine, for commands that a user calls.
package enum PluginProgram {
    /// The most that a plugin prints, in bytes; a token and a certificate have a few kilobytes.
    private static let byteLimit = 1 << 20

    /// Runs a plugin to its end; it has the environment of this process, and standard error goes to the user.
    package static let run: PluginRunner = { (invocation) throws(PluginFailure) in
        let result: ProgramRun.Result
        do throws(ProgramRunError) {
            result = try ProgramRun.run(
                invocation.command,
                invocation.arguments,
                environment: invocation.environment.map { ($0.name, $0.value.text) },
                readsInput: invocation.readsTerminal,
                byteLimit: byteLimit
            )
        } catch {
            switch error {
            case .notFound: throw .notFound
            case .system(let code): throw .notStarted(SystemError.words(for: code))
            case .tooMuchOutput(let limit): throw .tooMuchOutput(byteLimit: limit)
            }
        }
        guard result.status == 0 else { throw .failed(status: result.status) }
        return result.output
    }
}

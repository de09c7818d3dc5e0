import ArgumentParser

/// Whose requests a server takes.
struct ClientOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "Require of clients a certificate for client authentication that the authorities in this PEM file verify.",
        completion: .file()
    )
    var clientCA: String?

    @Option(
        name: .long,
        help: "Require this name in it, as common name or subject alternative name; given several times, any one of them."
    )
    var clientName: [String] = []

    /// Refuses names that nothing would check.
    func validate() throws {
        guard clientName.isEmpty || clientCA != nil else { throw ValidationError("--client-name needs --client-ca") }
        guard !clientName.contains("") else { throw ValidationError("--client-name must not be empty") }
    }
}

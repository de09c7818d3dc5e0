import ArgumentParser
import KubernetesAPI

/// The waivers that `podscore audit` writes instead of a report.
struct WaiverOptions: ParsableArguments {
    /// The most characters of an owner, as `maxLength` in the CustomResourceDefinition of waivers.
    private static let ownerLimit = 4096

    @Flag(name: .long, help: "Write a ScoreWaiver for each owner that violates its policy, instead of a report.")
    var waiveExisting = false

    @Option(name: .long, help: ArgumentHelp("The person or team that is responsible for the waivers.", valueName: "owner"))
    var owner: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The last day of the waivers, as YYYY-MM-DD in UTC.", valueName: "date"),
        transform: { try DateOptions.day(parsing: $0) }
    )
    var expires: CivilDate?

    /// Rejects waivers that would be invalid, and settings of waivers that are not written.
    func validate() throws {
        guard waiveExisting else {
            guard owner == nil, expires == nil else { throw ValidationError("--owner and --expires need --waive-existing") }
            return
        }
        guard let owner, expires != nil else { throw ValidationError("--waive-existing needs --owner and --expires") }
        guard owner.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else { throw ValidationError("--owner is blank") }
        guard owner.unicodeScalars.count <= Self.ownerLimit else {
            throw ValidationError("--owner is longer than \(Self.ownerLimit) characters")
        }
    }

    /// The settings that all waivers share.
    struct Settings {
        /// The person or team that is responsible.
        let owner: String
        /// The last day, in UTC.
        let expires: CivilDate
    }

    /// The settings that all waivers share; `nil` if no waivers are written.
    ///
    /// Throws if the last day is before `today`, since the waivers would have no effect.
    func settings(on today: CivilDate) throws(CommandFailure) -> Settings? {
        guard waiveExisting, let owner, let expires else { return nil }
        guard expires >= today else {
            throw CommandFailure("--expires \(expires) is before \(today), so the waivers would have no effect")
        }
        return Settings(owner: owner, expires: expires)
    }
}

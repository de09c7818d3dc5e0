import AdmissionPolicy
import ArgumentParser
import PolicySources

/// The day on which policies are looked at.
struct DateOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("The day, as 2027-03-31, on which ramps and waivers are looked at (default: today).", valueName: "date"),
        transform: { text in
            guard let date = CivilDate(parsing: text) else { throw ValidationError("\"\(text)\" is no day; write it as 2027-03-31") }
            return date
        }
    )
    var today: CivilDate?

    /// The day that was given, or that of the clock.
    var day: CivilDate { today ?? .now }
}

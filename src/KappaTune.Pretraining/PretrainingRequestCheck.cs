using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>Checks a request before anything is read: its options may come from code instead of a file.</summary>
internal static class PretrainingRequestCheck
{
    /// <exception cref="ArgumentException">Values are out of range, or don't fit together; the message names each.</exception>
    public static void Validate(PretrainingRequest request)
    {
        var problems = new OptionProblems();
        OptionProblems within = problems.Within(nameof(request.Options));
        within.Check(request.Options);
        string[] faulty =
        [
            .. PretrainingOptionsText.Options.Where(field => !field.Value.Allows(field.Value.ValueIn(request.Options)))
                .Select(field => field.Key),
        ];
        foreach ((string field, string reason, string remedy) in PretrainingOptionsCheck.Faults(request.Options, faulty))
        {
            string name = PretrainingOptionsText.Options[field].Name;
            within.Add(name, $"{nameof(request.Options)}.{name}: {reason}. {remedy}");
        }

        problems.Require(DeviceName.IsWellFormed(request.Device), nameof(request.Device), request.Device, DeviceName.Allowed);
        problems.Require(request.Threads >= 0, nameof(request.Threads), request.Threads, "0 or more");
        problems.Throw();
    }
}

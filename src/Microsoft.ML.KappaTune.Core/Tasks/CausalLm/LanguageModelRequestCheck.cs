using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>What of a request can be checked without the base model, and the device it names.</summary>
internal static class LanguageModelRequestCheck
{
    /// <exception cref="ArgumentException">Options are out of range; the message names each, its value and what is allowed.</exception>
    public static Device Validate(LanguageModelRequest request)
    {
        TuningOptions o = request.Options;
        var problems = new OptionProblems();
        TuningRequestCheck.Check(request, request.Train.Count, request.Validation?.Count, problems);
        problems.Require(o.HeadEpochs == 0, nameof(o.HeadEpochs), o.HeadEpochs, "0 for a language model, which has no new head");
        problems.Require(
            request.RouterBalance is >= 0 and <= 1, nameof(request.RouterBalance), request.RouterBalance, "from 0 to 1");
        problems.Throw();
        return DeviceName.Parse(o.Device);
    }
}

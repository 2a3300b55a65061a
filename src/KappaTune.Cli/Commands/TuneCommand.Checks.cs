using KappaTune.Cli.Files;

namespace KappaTune.Cli.Commands;

/// <summary>Which options of <c>kappatune tune</c> go together.</summary>
internal sealed partial class TuneCommand
{
    private void AddChecks()
    {
        this.AddCheck(result =>
        {
            foreach (Option option in (Option[])[_training.CheckpointEvery, _resume])
            {
                if (result.IsGiven(option) && !result.IsGiven(_checkpoint))
                    result.AddError($"{option.Name}: only with --checkpoint.");
            }

            if (result.IsGiven(_training.OptimizerMemory) && _selection.Policies(result) is [string policy, ..])
                result.AddError($"{policy} and --optimizer-memory exclude each other: both say how much is selected.");
            if (!_words.AreGiven(result))
                return;
            foreach (Option option in _training.OfNewHead.Where(result.IsGiven))
                result.AddError($"{option.Name}: not where classes are words, which have no new head.");
        });
        this.AddCheck(result =>
        {
            if (result.IsGiven(_adapter) && !_training.IsLora(result))
                result.AddError($"{_adapter.Name}: only with --method lora.");
        });
        this.AddCheck(result =>
        {
            if ((_words.AreGiven(result) || HasDecoder(result))
                && BuiltInModels.ProblemOfLanguageModel(_base.Name, result.GetValue(_base)) is { } problem)
                result.AddError(problem);
        });
        this.AddCheck(result =>
        {
            bool hasMessages = result.IsGiven(_messages);
            foreach (Option other in (Option[])[_columns.Text, _completion, _training.NoEndToken])
            {
                if (hasMessages && result.IsGiven(other))
                    result.AddError($"{other.Name}: not with {_messages.Name}.");
            }

            if (!hasMessages && result.IsGiven(_training.SpecialTokens))
                result.AddError($"{_training.SpecialTokens.Name}: only with {_messages.Name}.");
        });
        this.AddCheck(result =>
        {
            if (result.IsGiven(_ggufWeights) && ModelOutput.EndingOf(result.GetValue(_output)) != ModelOutput.Gguf)
                result.AddError($"{_ggufWeights.Name}: only with an {_output.Name} that ends in {ModelOutput.Gguf}.");
        });
        this.AddCheck(result =>
        {
            if (ModelOutput.ProblemOfFolder(_adapter, result.GetValue(_adapter)) is { } problem)
                result.AddError(problem);
        });
        this.AddCheck(result =>
        {
            string? output = result.GetValue(_output), ending = ModelOutput.EndingOf(output);
            if (ending is null or "" || ModelOutput.IsMlNet(output))
                return;
            if (_task.IsSpeech(result))
            {
                result.AddError(
                    $"{_output.Name}: a model that hears isn't written as {ending}; name a {ModelOutput.MlNetFile}, or a folder, whose "
                    + "name has no ending or has a slash behind it.");
            }
            else if (!_task.IsLanguageModel(result))
                result.AddError($"{_output.Name}: a classifier isn't written as {ending}; name a {ModelOutput.MlNetFile}.");
            else if (ending != ModelOutput.Gguf)
            {
                result.AddError(
                    $"{_output.Name}: a language model isn't written as {ending}; name a {ModelOutput.MlNetFile}, a {ModelOutput.Gguf} "
                    + "file, or a folder, whose name has no ending or has a slash behind it.");
            }
        });
        this.AddCheck(result =>
        {
            if (_training.StopsEarly(result) && !result.IsGiven(_validation) && !_training.SplitsRows(result))
                result.AddError("--early-stopping needs validation rows: give --validation or --validation-fraction.");
        });
    }
}

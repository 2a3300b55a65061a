/// <summary>How much of everything there is.</summary>
/// <param name="Utterances">Utterances to learn from.</param>
/// <param name="Changes">Changes of the sound of each.</param>
/// <param name="Tested">Utterances of new voices.</param>
/// <param name="Watched">Of these, the ones that are transcribed after each epoch, and not in the last test.</param>
/// <param name="BaseSteps">Steps of the language model's own training.</param>
/// <param name="EncoderEpochs">Passes in which the encoder learns alone.</param>
/// <param name="Epochs">Passes of all together.</param>
internal sealed record Sizes(
    int Utterances, int Changes, int Tested, int Watched, int BaseSteps, int EncoderEpochs, int Epochs)
{
    public static readonly Sizes Full = new(1800, 5, 350, 100, 2000, 3, 3);

    public static readonly Sizes Quick = new(24, 1, 12, 4, 10, 1, 2);
}

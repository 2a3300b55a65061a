// Teaches a language model to hear phrases of all kinds. This is the long one: SmolLM2-135M takes some two seconds a step on two cores, and
// thousands of steps. It may be interrupted at any time: the same command goes on, to the same result.
// usage: dotnet run --project samples/SpokenPrompts MODEL TABLE [MINUTES [RECORDINGS [VOICES]]]
//        MODEL: a decoder, as a folder in Hugging Face layout or a .gguf file. TABLE: rows of Path and Text, tab-separated, with a header:
//        phrases that a person recorded. MINUTES: of training all together, 480 unless it is said; fewer plan fewer steps. What is before
//        that isn't bounded by them: the speech is made, and the encoder learns alone, four times over it. RECORDINGS: the folder that the
//        paths begin in, that of Debian's asterisk-core-sounds-en-wav unless it is said. VOICES: that say each phrase, 12 unless it is
//        said; fewer make all of it short.
// Needs Debian's espeak-ng, and hears people better with flite and festival. It learns from synthesizers alone; a fifth of the phrases is
// kept from it. Leaves out/spoken-prompts/index.html, model.zip, state, from which it goes on, and what was spoken (speech).
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.KappaTune;

double minutes = 480;
int voicesPerPrompt = 12;
if (args.Length is < 2 or > 5
    || args.Length > 2 && !(double.TryParse(args[2], CultureInfo.InvariantCulture, out minutes) && minutes > 0)
    || args.Length > 4 && !(int.TryParse(args[4], CultureInfo.InvariantCulture, out voicesPerPrompt) && voicesPerPrompt > 0))
{
    Console.Error.WriteLine("usage: SpokenPrompts MODEL TABLE [MINUTES [RECORDINGS [VOICES]]]");
    return 2;
}

const int BatchSize = 8;
const string Folder = "out/spoken-prompts";
var times = new Times();
IReadOnlyList<Voice> voices = Voice.FindAll(missing => Console.WriteLine(
    $"{missing.Program} isn't installed, so its voices are left out. To have them: apt-get install {missing.Package}"));
if (!voices.Any(voice => voice.Synthesizer is EspeakNg))
{
    Console.Error.WriteLine("This sample needs espeak-ng: apt-get install espeak-ng");
    return 1;
}

string recordings = args.ElementAtOrDefault(3) ?? "/usr/share/asterisk/sounds/en_US_f_Allison";
(IReadOnlyList<Prompt> learnt, IReadOnlyList<Prompt> unseen) = Prompt.Read(args[1], recordings);
var random = new Random(1);
Utterance[] spoken =
    Prompt.Say(learnt, [.. voices.Where(voice => !voice.IsNew)], voicesPerPrompt, Path.Combine(Folder, "speech"), random);
Utterance[] tested = Prompt.Say(learnt, [.. voices.Where(voice => voice.IsNew)], 1, Path.Combine(Folder, "speech"), random);
Utterance[] training = Utterance.Change(spoken, 2, seed: 2);
tested = Utterance.Change(tested, 1, seed: 3);
Console.WriteLine(
    $"{learnt.Count} phrases to learn and {unseen.Count} others; {training.Length} utterances to learn from, "
    + $"{training.Sum(utterance => utterance.Sound.Seconds) / 3600:0.0} hours.");
times.Add("Speech made");
int watched = Math.Min(40, tested.Length / 2);  // utterances that are transcribed after each epoch

var mlContext = new MLContext(seed: 1);
mlContext.Log += (_, e) => Show.EncoderAlone(e.RawMessage);
var estimator = mlContext.Transforms.KappaTuneSpeech(new()
{
    BaseModel = args[0],
    Input = SpeechInput.Samples,
    SampleRate = Sound.Rate,
    Sound = new() { SampleRate = Sound.Rate, Bands = 40, LowestFrequency = 100 },
    Fusion = new() { Convolutions = 2, ResidualBlocks = 4, StackedVectors = 2 },
    EncoderEpochs = 4,
    MaxEpochs = 20,
    MaximumTime = TimeSpan.FromMinutes(minutes), // of all together, which comes behind the encoder's epochs
    CheckpointDirectory = Path.Combine(Folder, "state"),
    CheckpointEvery = 100,
    Resume = true,                              // where there is a state
    BatchSize = BatchSize,
    Selection = KappaSelection.LowestFraction(0.2) with { Grouping = SelectionGrouping.PerRole },
    LearningRate = 2e-4,
    ValidationSet = Rows(tested[..watched]),
    RetentionText = Path.Combine(AppContext.BaseDirectory, "held-out-books.txt"),
    RetentionPrompts = ["The capital of France is", "Once upon a time there was", "He opened the door and"],
    Progress = Show.Epoch,
});
using var model = estimator.Fit(Rows(training));
times.Add("Trained to hear, since it was started last");
mlContext.Model.Save(model, Rows(training).Schema, Path.Combine(Folder, "model.zip"));

using var engine = mlContext.Model.CreatePredictionEngine<Recording, Heard>(model);
List<Group> groups =
[
    Group.Of("new voices", tested[watched..], Hear),
    Group.Of("a person, phrases that were learnt", learnt.Select(prompt => prompt.Recorded()), Hear),
    Group.Of("a person, new phrases", unseen.Select(prompt => prompt.Recorded()), Hear),
];
times.Add("Tested");

var results = new Results(groups, model.Report!, BatchSize, times.All);
Page.Write(Path.Combine(Folder, "index.html"), "A language model learns to hear phrases", results);
results.Show();
Console.WriteLine($"Written: {Folder}/index.html");
return 0;

IDataView Rows(IEnumerable<Utterance> utterances) => mlContext.Data.LoadFromEnumerable(utterances.Select(Recording.Of).ToArray());

string Hear(Utterance utterance) => engine.Predict(Recording.Of(utterance)).Transcript;

// Teaches a small language model to hear: strings of one to five digits and short commands, said by speech synthesizers. It is tested on
// voices that it has never heard and, where Debian's asterisk-core-sounds-en-wav is installed, on a person.
// usage: dotnet run --project samples/SpokenDigits [tables] [quick]
//        tables: only make the speech, some 300 MB, and leave it in out/spoken-digits as WAV files with tables of them: train.tsv, test.tsv
//        (new voices) and person.tsv, of the columns File, Said and By. kappatune tune --task speech and compare --task speech read these.
//        quick: the same with little data, to see that all parts work; it learns nothing, and is left in out/spoken-digits-quick.
// Needs Debian's espeak-ng, and hears people better with flite and festival. Leaves out/spoken-digits/index.html, a page to look at and
// listen to, model.zip, the language model (base), and what was spoken (speech), which another run takes up.
using Microsoft.ML;
using Microsoft.ML.KappaTune;

if (args is not ([] or ["quick"] or ["tables"] or ["tables", "quick"]))
{
    Console.Error.WriteLine("usage: SpokenDigits [tables] [quick]");
    return 2;
}

const int BatchSize = 16;
bool isQuick = args.Contains("quick");
Sizes sizes = isQuick ? Sizes.Quick : Sizes.Full;
string folder = isQuick ? "out/spoken-digits-quick" : "out/spoken-digits";
string modelFile = Path.Combine(folder, "model.zip"), pageFile = Path.Combine(folder, "index.html");
var times = new Times();
IReadOnlyList<Voice> voices = Voice.FindAll(missing => Console.WriteLine(
    $"{missing.Program} isn't installed, so its voices are left out. To have them: apt-get install {missing.Package}"));
if (!voices.Any(voice => voice.Synthesizer is EspeakNg))
{
    Console.Error.WriteLine("This sample needs espeak-ng: apt-get install espeak-ng");
    return 1;
}

var corpus = Corpus.Speak(voices, sizes, Path.Combine(folder, "speech"));
if (corpus.Recorded is null)
    Console.WriteLine($"There is no person to test it on. To have one: apt-get install {Person.Package}");
Console.WriteLine(
    $"{voices.Count(voice => !voice.IsNew)} voices to learn from say {corpus.Training.Length} utterances, "
    + $"{corpus.Training.Sum(utterance => utterance.Sound.Seconds) / 60:0} minutes; "
    + $"{voices.Count(voice => voice.IsNew)} others are for the test.");
if (args.Contains("tables"))
{
    Console.WriteLine($"Written: {string.Join(", ", corpus.WriteTables(folder))}");
    return 0;
}

times.Add("Speech made");

string baseModel = SmallBase.Obtain(folder, Path.Combine(AppContext.BaseDirectory, "english-prose.txt.br"), sizes.BaseSteps);
times.Add("Language model pre-trained");

var mlContext = new MLContext(seed: 1);
mlContext.Log += (_, e) => Show.EncoderAlone(e.RawMessage);
var estimator = mlContext.Transforms.KappaTuneSpeech(new()
{
    BaseModel = baseModel,
    Input = SpeechInput.Samples,
    SampleRate = Sound.Rate,
    Sound = new() { SampleRate = Sound.Rate, Bands = 40, LowestFrequency = 100 },
    Fusion = new()
    {
        EncoderSize = 160,
        Convolutions = 2,                       // 25 states a second, enough for characters
        ResidualBlocks = 3,
        StackedVectors = 2,
        ProjectorSize = 256,
        ProjectorLearningRate = 2e-3,
        PromptBefore = Repeats.Before,          // as the base has read it
        PromptAfter = Repeats.Between,
    },
    EncoderEpochs = sizes.EncoderEpochs,        // the encoder learns characters alone first, which is cheap
    MaxEpochs = sizes.Epochs,
    BatchSize = BatchSize,
    Selection = KappaSelection.LowestFraction(0.25) with { Grouping = SelectionGrouping.PerRole },
    LearningRate = 1e-4,
    ValidationSet = Rows(corpus.Tested.Take(sizes.Watched)),
    // What is kept of the base's language, on books that it hasn't read.
    RetentionText = Path.Combine(AppContext.BaseDirectory, "held-out-books.txt"),
    RetentionPrompts = ["He opened the door and", "It was a long time before", "She said that"],
    Progress = Show.Epoch,
});
using var model = estimator.Fit(Rows(corpus.Training));
times.Add("Trained to hear");

mlContext.Model.Save(model, Rows(corpus.Training).Schema, modelFile);
using var loaded = (KappaTuneSpeechTransformer)mlContext.Model.Load(modelFile, out _);
using var engine = mlContext.Model.CreatePredictionEngine<Recording, Heard>(loaded);
List<Group> groups = [Group.Of("new voices", corpus.Tested.Skip(sizes.Watched), Hear)];
if (corpus.Recorded is { } person)
    groups.Add(Group.Of("a person", person, Hear));
times.Add("Tested");

var results = new Results(groups, model.Report!, BatchSize, times.All);
Page.Write(pageFile, "A small language model learns to hear", results);
results.Show();
Console.WriteLine($"Written: {pageFile}");
return 0;

IDataView Rows(IEnumerable<Utterance> utterances) => mlContext.Data.LoadFromEnumerable(utterances.Select(Recording.Of).ToArray());

string Hear(Utterance utterance) => engine.Predict(Recording.Of(utterance)).Transcript;

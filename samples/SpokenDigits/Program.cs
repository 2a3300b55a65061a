// Teaches a small language model to hear: strings of one to five digits and short commands, said by speech synthesizers. It is tested on
// voices that it has never heard and, where Debian's asterisk-core-sounds-en-wav is installed, on a person.
// usage: dotnet run --project samples/SpokenDigits [quick]
//        quick: the same with little data, to see that all parts work; it learns nothing, and is left in out/spoken-digits-quick.
// Needs Debian's espeak-ng, and hears people better with flite and festival. Leaves out/spoken-digits/index.html, a page to look at and
// listen to, model.zip, the language model (base), and what was spoken (speech), which another run takes up.
using Microsoft.ML;
using Microsoft.ML.KappaTune;

if (args is not ([] or ["quick"]))
{
    Console.Error.WriteLine("usage: SpokenDigits [quick]");
    return 2;
}

const int BatchSize = 16;
bool isQuick = args.Length > 0;
Sizes sizes = isQuick ? Sizes.Quick : Sizes.Full;
string folder = isQuick ? "out/spoken-digits-quick" : "out/spoken-digits";
string modelFile = Path.Combine(folder, "model.zip"), pageFile = Path.Combine(folder, "index.html");
string speech = Path.Combine(folder, "speech");
var times = new Times();
IReadOnlyList<Voice> voices = Voice.FindAll(missing => Console.WriteLine(
    $"{missing.Program} isn't installed, so its voices are left out. To have them: apt-get install {missing.Package}"));
if (!voices.Any(voice => voice.Synthesizer is EspeakNg))
{
    Console.Error.WriteLine("This sample needs espeak-ng: apt-get install espeak-ng");
    return 1;
}

// Each voice's utterances are changed as microphones, rooms and telephones change them; the person's stay as they are.
var random = new Random(1);
Utterance[] spoken = Speakers.Say([.. voices.Where(voice => !voice.IsNew)], sizes.Utterances, speech, random);
Utterance[] tested = Speakers.Say([.. voices.Where(voice => voice.IsNew)], sizes.Tested, speech, random);
Utterance[]? person = Person.Find(strings: sizes.Tested / 5, random);
if (person is null)
    Console.WriteLine($"There is no person to test it on. To have one: apt-get install {Person.Package}");
Utterance[] training = Utterance.Change(spoken, sizes.Changes, seed: 2);
tested = Utterance.Change(tested, 1, seed: 3);
random.Shuffle(tested);
Console.WriteLine(
    $"{voices.Count(voice => !voice.IsNew)} voices to learn from say {training.Length} utterances, "
    + $"{training.Sum(utterance => utterance.Sound.Seconds) / 60:0} minutes; "
    + $"{voices.Count(voice => voice.IsNew)} others are for the test.");
times.Add("Speech made");

string books = Path.Combine(AppContext.BaseDirectory, "held-out-books.txt");
(string baseModel, string unread) = SmallBase.Obtain(folder, books, sizes.BaseSteps);
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
    },
    EncoderEpochs = sizes.EncoderEpochs,        // the encoder learns characters first, which takes a third of the steps
    MaxEpochs = sizes.Epochs,
    MaximumTime = TimeSpan.FromMinutes(5),      // a slower machine takes fewer steps
    BatchSize = BatchSize,
    Selection = KappaSelection.LowestFraction(0.25) with { Grouping = SelectionGrouping.PerRole },
    LearningRate = 5e-4,
    ValidationSet = Rows(tested.Take(sizes.Watched)),
    RetentionText = unread,                     // what is kept of the base's language
    Progress = Show.Epoch,
});
using var model = estimator.Fit(Rows(training));
times.Add("Trained to hear");

mlContext.Model.Save(model, Rows(training).Schema, modelFile);
using var loaded = (KappaTuneSpeechTransformer)mlContext.Model.Load(modelFile, out _);
using var engine = mlContext.Model.CreatePredictionEngine<Recording, Heard>(loaded);
List<Group> groups = [Group.Of("new voices", tested.Skip(sizes.Watched), Hear)];
if (person is not null)
    groups.Add(Group.Of("a person", person, Hear));
times.Add("Tested");

var results = new Results(groups, model.Report!, BatchSize, times.All);
Page.Write(pageFile, "A small language model learns to hear", results);
results.Show();
Console.WriteLine($"Written: {pageFile}");
return 0;

IDataView Rows(IEnumerable<Utterance> utterances) => mlContext.Data.LoadFromEnumerable(utterances.Select(Recording.Of).ToArray());

string Hear(Utterance utterance) => engine.Predict(Recording.Of(utterance)).Transcript;

// epcis2.js as its users write it: builds events, captures, waits for the job, asks, and prints
// what came of each step as JSON. Arguments: the address of the door and a name of its own.
'use strict';

const {
  AggregationEvent,
  CaptureResponse,
  EPCISDocument,
  ObjectEvent,
  QuantityElement,
  ReadPoint,
  SensorElement,
  SensorMetadata,
  SensorReportElement,
  TransformationEvent,
  capture,
  cbv,
  eventToHashedId,
  setup,
} = require('epcis2.js');

const [, , door, name] = process.argv;
const GTIN = 'https://id.gs1.org/01/09521101000016';
const PLACE = 'https://id.gs1.org/414/9521101000023';
const CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';
setup({ apiUrl: door, documentValidation: true });

function basics(event, second) {
  return event
    .setEventTime(`2026-05-11T04:30:${second}Z`)
    .setEventTimeZoneOffset('+07:00')
    .setReadPoint(new ReadPoint().setId(PLACE));
}

function makeEvents() {
  const lot = new QuantityElement().setEpcClass(`${GTIN}/10/${name}`).setQuantity(12.5).setUom('KGM');
  const chilled = new SensorElement()
    .setSensorMetadata(new SensorMetadata().setTime('2026-05-11T04:29:00Z'))
    .addSensorReport(
      new SensorReportElement().setType(cbv.sensorMeasurementTypes.temperature).setValue(4.5).setUom('CEL'),
    );
  return [
    basics(new ObjectEvent(), '00')
      .setAction('ADD')
      .setBizStep(cbv.bizSteps.commissioning)
      .addQuantity(lot)
      .addSensorElement(chilled),
    basics(new TransformationEvent(), '10')
      .setBizStep(cbv.bizSteps.commissioning)
      .addInputQuantity(lot)
      .addOutputEPC(`${GTIN}/21/${name}`),
    basics(new AggregationEvent(), '20')
      .setAction('ADD')
      .setBizStep(cbv.bizSteps.packing)
      .setParentId('https://id.gs1.org/00/095211010000000016')
      .addChildEPC(`${GTIN}/21/${name}`),
  ];
}

async function send(events) {
  const document = new EPCISDocument();
  document.setContext(CONTEXT).setCreationDate('2026-05-11T05:00:00Z');
  events.forEach((event) => document.addEvent(event));
  const answer = await capture(document);
  const told = new CaptureResponse(answer);
  await told.pollForTheCaptureToFinish(50, 100);
  return {
    status: answer.status,
    running: told.getRunningStatus(),
    success: told.getSuccessStatus(),
    errors: told.getErrors(),
  };
}

async function main() {
  const events = makeEvents();
  const hashes = events.map((event) => eventToHashedId(event.toObject(), { '@context': CONTEXT }));
  const first = await send(events);
  const again = await send(events);
  const wrong = makeEvents()[0].setEventTimeZoneOffset('+07:00');
  wrong.epcList = [`${GTIN}/21/${name}/22/x`];
  const refused = await send([wrong]);
  const asked = `${door}/events?MATCH_anyEPC=${encodeURIComponent(`${GTIN}/21/${name}`)}`;
  const found = await (await fetch(asked)).json();
  process.stdout.write(JSON.stringify({ hashes, first, again, refused, found }));
}

main().catch((error) => {
  process.stderr.write(String(error.stack || error));
  process.exitCode = 1;
});
